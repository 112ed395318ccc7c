package dev.railhead.core.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// SentencePiece's way to write a space in the text of a token, ▁, which WordPiece files share.
final class SpacedTexts {
    static final char SPACE = '▁';

    private static final byte[] UTF8 = "▁".getBytes(StandardCharsets.UTF_8);

    private SpacedTexts() {}

    /// The UTF-8 of [#SPACE], a copy.
    static byte[] spaceUtf8() {
        return UTF8.clone();
    }

    /// The bytes that a token stands for in a text.
    static byte[] piece(Vocabulary vocabulary, int id) {
        return switch (vocabulary.type(id)) {
            case BYTE -> new byte[]{(byte) Vocabulary.byteOf(vocabulary.text(id))};
            case NORMAL -> withPlainSpaces(vocabulary.utf8(id));
            case CONTROL, UNKNOWN, USER_DEFINED -> vocabulary.utf8(id);
            case UNUSED, UNDEFINED -> new byte[0];
        };
    }

    /// A text with spaces where ▁ stands.
    static byte[] withPlainSpaces(byte[] utf8) {
        byte[] piece = new byte[utf8.length];
        int length = 0;
        for (int i = 0; i < utf8.length; i++) {
            boolean space = Arrays.equals(utf8, i, Math.min(i + UTF8.length, utf8.length), UTF8, 0, UTF8.length);
            piece[length++] = space ? (byte) ' ' : utf8[i];
            if (space) {
                i += UTF8.length - 1;
            }
        }
        return Arrays.copyOf(piece, length);
    }
}
