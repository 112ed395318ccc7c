package dev.railhead.core.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
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

    static String encode(byte[] bytes) {
        char[] text = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            text[i] = CHARACTERS[bytes[i] & 255];
        }
        return new String(text);
    }

    /// The bytes of a token; characters that are none of the alphabet stand for themselves.
    static byte[] decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        text.codePoints().forEach(c -> {
            if (c < BYTES.length && BYTES[c] >= 0) {
                bytes.write(BYTES[c]);
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }
}
