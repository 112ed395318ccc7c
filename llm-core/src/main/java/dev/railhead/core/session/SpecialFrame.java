package dev.railhead.core.session;

import dev.railhead.Tokenizer;
import java.util.Arrays;

/// The tokens that a model wants around a text, as its tokenizer adds them: `[CLS]` and `[SEP]`, BOS, EOS.
final class SpecialFrame {
    private final int before;
    private final int after;

    /// @param tokenizer adds them
    SpecialFrame(Tokenizer tokenizer) {
        int[] inner = tokenizer.encode("a", false, false);
        int[] whole = tokenizer.encode("a", true, false);
        int start = 0;
        while (start + inner.length < whole.length
                && !Arrays.equals(whole, start, start + inner.length, inner, 0, inner.length)) {
            start++;
        }
        before = start;
        after = Math.max(0, whole.length - start - inner.length);
    }

    /// Shortens a text in its frame: its end is left out, what comes behind it stays.
    int[] cut(int[] tokens, int length) {
        if (tokens.length <= length) {
            return tokens;
        }
        if (length <= before + after) {
            return Arrays.copyOf(tokens, length);
        }
        int[] result = Arrays.copyOf(tokens, length);
        System.arraycopy(tokens, tokens.length - after, result, length - after, after);
        return result;
    }

    /// A text without what comes before it.
    int[] continued(int[] tokens) {
        return Arrays.copyOfRange(tokens, before, tokens.length);
    }
}
