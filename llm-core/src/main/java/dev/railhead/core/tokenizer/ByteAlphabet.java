package dev.railhead.core.tokenizer;

import java.util.Arrays;

/// GPT-2's alphabet: a visible character for each byte, so that tokens of any bytes can be written as text. Printable
/// characters of Latin-1 stand for themselves, the other bytes are U+0100 and up in their order.
final class ByteAlphabet {
    private static final char[] CHARACTERS = new char[256];
    private static final short[] BYTES = new short[0x144]; // by character, −1 for characters that are none of the alphabet

    static {
        Arrays.fill(BYTES, (short) -1);
        int next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printable = b > ' ' && b < 0x7F || b > 0xA0 && b != 0xAD;
            CHARACTERS[b] = (char) (printable ? b : next++);
            BYTES[CHARACTERS[b]] = (short) b;
        }
    }

    private ByteAlphabet() {}

    /// The character of a byte, 0 to 255.
    static char character(int b) {
        return CHARACTERS[b];
    }

    /// The text of some bytes, as UTF-8.
    static byte[] encode(byte[] bytes) {
        byte[] utf8 = new byte[bytes.length * 2]; // no character of the alphabet takes more
        int length = 0;
        for (byte b : bytes) {
            char c = CHARACTERS[b & 255];
            if (c < 0x80) {
                utf8[length++] = (byte) c;
            } else {
                utf8[length++] = (byte) (0xC0 | c >> 6);
                utf8[length++] = (byte) (0x80 | c & 0x3F);
            }
        }
        return Arrays.copyOf(utf8, length);
    }

    /// The bytes of a token's text, given as UTF-8; characters that are none of the alphabet stand for themselves.
    static byte[] decode(byte[] utf8) {
        byte[] bytes = new byte[utf8.length];
        int length = 0;
        for (int i = 0; i < utf8.length; i++) {
            int c = utf8[i] & 255;
            boolean two = c >> 5 == 0b110 && i + 1 < utf8.length && (utf8[i + 1] & 0xC0) == 0x80;
            if (two) {
                c = (c & 0x1F) << 6 | utf8[i + 1] & 0x3F;
            }
            boolean ofAlphabet = (two || c < 0x80) && c < BYTES.length && BYTES[c] >= 0;
            bytes[length++] = ofAlphabet ? (byte) BYTES[c] : utf8[i];
            if (ofAlphabet && two) {
                i++;
            }
        }
        return Arrays.copyOf(bytes, length);
    }
}
