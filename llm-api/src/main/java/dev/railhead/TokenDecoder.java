package dev.railhead;

/// Turns tokens into text as they come. Holds back the bytes of an unfinished character. Used by one thread.
public interface TokenDecoder {
    /// Takes a token.
    ///
    /// @return the text that became complete, possibly empty
    /// @throws IllegalArgumentException if the id is not in the vocabulary
    String add(int token);

    /// Ends the text.
    ///
    /// @return U+FFFD for bytes that never became a character, or an empty string
    String finish();
}
