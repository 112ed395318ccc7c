package dev.railhead;

/// A token that could come next.
///
/// @param token the token id
/// @param text its text; bytes that are not whole characters are U+FFFD
/// @param logProbability natural logarithm of its probability under the model (temperature 1)
public record TokenProbability(int token, String text, float logProbability) {}
