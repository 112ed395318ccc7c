package dev.railhead;

import java.util.List;

/// One generated token. The texts of all of them, put together, are the text of the [GenerationResult].
///
/// @param id the token; −1 for a last element that only brings text which was held back until the end
/// @param text the text that became complete with this token; empty while a character is still missing bytes or a stop
///     string may have begun
/// @param index 0 for the first generated token
/// @param alternatives the most likely tokens at this place, best first, before sampling; as many as
///     [GenerationOptions#topLogprobs()] asked for
public record GeneratedToken(int id, String text, int index, List<TokenProbability> alternatives) {}
