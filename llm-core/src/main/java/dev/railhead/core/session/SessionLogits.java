package dev.railhead.core.session;

/// The logits of a session, which follow a number of its tokens, and a copy of those with which its last call began: a
/// model with recurrent layers can't compute its last token once more.
final class SessionLogits {
    private static final int NONE = -1;

    private final float[] values; // [vocabulary]
    private final float[] copy; // [vocabulary], or [0] if nothing is kept
    private int length = NONE; // how many tokens they follow
    private int copyLength = NONE;

    /// @param keeps whether the copy is wanted
    SessionLogits(int vocabularySize, boolean keeps) {
        values = new float[vocabularySize];
        copy = new float[keeps ? vocabularySize : 0];
    }

    /// The logits, to be read: `float[vocabulary]`.
    float[] values() {
        return values;
    }

    /// Whether they follow so many tokens.
    boolean follow(int tokens) {
        return length == tokens;
    }

    /// The logits, to be written; they follow nothing until [#complete(int)] says what.
    float[] begin() {
        length = NONE;
        return values;
    }

    /// They are written and follow so many tokens.
    void complete(int tokens) {
        length = tokens;
    }

    /// Copies them, if that is wanted.
    void keep() {
        if (copy.length > 0) {
            System.arraycopy(values, 0, copy, 0, copy.length);
            copyLength = length;
        }
    }

    /// Takes the copy if it follows so many tokens.
    ///
    /// @return whether it does
    boolean restore(int tokens) {
        if (copyLength == tokens) {
            System.arraycopy(copy, 0, values, 0, copy.length);
            length = tokens;
        }
        return length == tokens;
    }

    /// Forgets what follows more than so many tokens.
    void truncate(int tokens) {
        length = length > tokens ? NONE : length;
        copyLength = copyLength > tokens ? NONE : copyLength;
    }
}
