package dev.railhead.core.tokenizer;

import dev.railhead.spi.Metadata;

/// What becomes of a text before the Unigram algorithm sees it. First characters are replaced as the file's map says,
/// except in the texts of user-defined tokens; then spaces are written as ▁, of which one goes before the text and runs
/// become one, if the file wants that. Immutable.
final class UnigramNormalizer {
    private static final byte[] SPACE = SpacedTexts.spaceUtf8();

    private final CharsMap charsMap;
    private final ByteTrie userDefined;
    private final boolean prefix;
    private final boolean shrink;
    private final boolean[] plain = new boolean[256]; // whether a byte is a character that nothing to be found begins with

    UnigramNormalizer(Metadata metadata, ByteTrie userDefined) {
        this.charsMap = CharsMap.read(metadata);
        this.userDefined = userDefined;
        this.prefix = metadata.bool("tokenizer.ggml.add_space_prefix", false);
        this.shrink = metadata.bool("tokenizer.ggml.remove_extra_whitespaces", false);
        for (int b = 0; b < 0x80; b++) {
            plain[b] = !charsMap.begins(b) && userDefined.child(ByteTrie.ROOT, (byte) b) == ByteTrie.NONE;
        }
    }

    /// Whether a text that begins with a word gets a space before it.
    boolean putsSpaceFirst() {
        return prefix || shrink;
    }

    /// Appends a text with its characters replaced.
    ///
    /// @param text valid UTF-8
    void replace(byte[] text, Utf8Buffer out) {
        int from = 0; // of what is copied as it is
        for (int i = 0; i < text.length;) {
            if (plain[text[i] & 0xFF]) {
                i++;
                continue;
            }
            int kept = userDefined.longestPrefix(text, i, text.length);
            long match = kept > 0 ? CharsMap.NO_MATCH : charsMap.find(text, i, text.length);
            if (match == CharsMap.NO_MATCH) {
                i += Math.max(kept, Utf8Buffer.characterLength(text[i]));
            } else {
                out.append(text, from, i);
                charsMap.replace((int) match, out);
                i += (int) (match >>> 32);
                from = i;
            }
        }
        out.append(text, from, text.length);
    }

    /// Appends the first bytes of a text with its spaces rewritten.
    void space(byte[] text, int length, Utf8Buffer out) {
        boolean prefixed = !prefix;
        for (int i = 0; i < length;) {
            if (text[i] == ' ') {
                if (!shrink) {
                    out.append(SPACE, 0, SPACE.length);
                }
                i++;
                continue;
            }
            int end = i + 1;
            while (end < length && text[end] != ' ') {
                end++;
            }
            if (shrink || !prefixed) {
                out.append(SPACE, 0, SPACE.length);
                prefixed = true;
            }
            out.append(text, i, end);
            i = end;
        }
    }
}
