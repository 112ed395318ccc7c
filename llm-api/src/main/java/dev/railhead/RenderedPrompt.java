package dev.railhead;

import java.util.Arrays;

/// A prompt as a chat template made it: a text of which is known what the template wrote and what came from outside, from
/// users, tools and models. Immutable.
///
/// [Tokenizer#encode(RenderedPrompt)] makes special tokens of the template's own text only.
public final class RenderedPrompt {
    private final String text;
    private final int[] trusted; // begin and end of each stretch, ascending

    private RenderedPrompt(String text, int[] trusted) {
        this.text = text;
        this.trusted = trusted;
    }

    /// A prompt of a text.
    ///
    /// @param text the text
    /// @param trusted begin and end, exclusive, of each stretch in which special tokens are read: ascending offsets in
    ///     UTF-16 units, stretches neither empty nor touching
    /// @throws IllegalArgumentException if the offsets are not like that
    public static RenderedPrompt of(String text, int... trusted) {
        int last = -1;
        for (int offset : trusted) {
            if (offset <= last || offset > text.length()) {
                throw new IllegalArgumentException("trusted stretches: expected ascending offsets from 0 to "
                        + text.length() + ", found " + Arrays.toString(trusted));
            }
            last = offset;
        }
        if (trusted.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "trusted stretches: expected a begin and an end of each, found " + Arrays.toString(trusted));
        }
        return new RenderedPrompt(text, trusted.clone());
    }

    /// The whole text.
    public String text() {
        return text;
    }

    /// Whether all characters of a stretch are the template's own.
    ///
    /// @param from offset of the first character, in UTF-16 units
    /// @param to offset after the last one
    public boolean isTrusted(int from, int to) {
        int found = Arrays.binarySearch(trusted, from);
        // The stretch with the last begin at or before `from`; an end at `from` is not within its stretch.
        int index = found >= 0 ? found : -found - 2;
        return from >= to || index >= 0 && index % 2 == 0 && to <= trusted[index + 1];
    }

    /// Begin and end of each stretch that is the template's own, a copy.
    public int[] trusted() {
        return trusted.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RenderedPrompt prompt && text.equals(prompt.text)
                && Arrays.equals(trusted, prompt.trusted);
    }

    @Override
    public int hashCode() {
        return 31 * text.hashCode() + Arrays.hashCode(trusted);
    }

    /// The text.
    @Override
    public String toString() {
        return text;
    }
}
