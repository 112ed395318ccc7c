package dev.railhead.core.tokenizer;

import dev.railhead.ModelFormatException;
import dev.railhead.spi.Metadata;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// SentencePiece's `precompiled_charsmap`: what sequences of characters are replaced by before a text is cut into
/// tokens, mostly Unicode's NFKC. The longest sequence counts. Immutable.
///
/// The file holds the byte size of a trie (u32), the trie, and after it the replacements, each ended by a zero byte.
/// The trie is a double array of darts-clone: 32-bit units in blocks of 256, of two kinds.
///
/// - A node: bits 0 to 7 are the byte that leads to it; bit 8 is set if a sequence ends here; bits 10 to 30, shifted
///   left by 8 if bit 9 is set, are what its own index is XORed with to give its base. Bit 31 is clear. The child by
///   byte c stands at base XOR c, and is one only if it bears that byte.
/// - The value of a sequence: it stands at the base of the sequence's last node, has bit 31 set, and its other bits are
///   where the replacement begins.
///
/// All units are checked when the file is read, so that finding need not: XOR with a byte stays within a block, and
/// every block that a base lies in exists.
final class CharsMap {
    static final int NO_MATCH = -1;

    private static final String KEY = "tokenizer.ggml.precompiled_charsmap";
    private static final int BLOCK = 256; // units
    private static final int SEQUENCE_ENDS = 1 << 8;

    /// NFKC's longest has 33 bytes; the bound keeps a damaged file from blowing up a text.
    private static final int MAX_REPLACEMENT = 255;

    private final int[] units;
    private final byte[] replacements;

    private CharsMap(int[] units, byte[] replacements) {
        this.units = units;
        this.replacements = replacements;
    }

    /// Reads the map of a file; one that replaces nothing if there is none.
    ///
    /// @throws ModelFormatException if it is damaged
    static CharsMap read(Metadata metadata) {
        if (!metadata.has(KEY)) {
            return new CharsMap(new int[BLOCK], new byte[0]);
        }
        byte[] bytes = bytes(metadata);
        if (bytes.length < Integer.BYTES) {
            throw metadata.error(KEY, "at least 4 bytes", bytes.length + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long trieBytes = buffer.getInt() & 0xFFFFFFFFL;
        if (trieBytes == 0 || trieBytes % (BLOCK * Integer.BYTES) != 0 || trieBytes >= buffer.remaining()) {
            throw metadata.error(KEY, "a trie of blocks of 1024 bytes and then replacements within the "
                    + bytes.length + " bytes", "a trie of " + trieBytes + " bytes");
        }
        int[] units = new int[(int) trieBytes / Integer.BYTES];
        buffer.asIntBuffer().get(units);
        byte[] replacements = Arrays.copyOfRange(bytes, Integer.BYTES + (int) trieBytes, bytes.length);
        CharsMap map = new CharsMap(units, replacements);
        map.check(metadata);
        return map;
    }

    private static byte[] bytes(Metadata metadata) {
        Object value = metadata.get(KEY);
        if (value instanceof byte[] signed) {
            return signed;
        }
        if (!(value instanceof short[] unsigned)) {
            throw metadata.error(KEY, "an array of u8 or i8", "another value");
        }
        byte[] bytes = new byte[unsigned.length];
        for (int i = 0; i < bytes.length; i++) {
            if (unsigned[i] < 0 || unsigned[i] > 255) {
                throw metadata.error(KEY, "bytes", unsigned[i] + " at index " + i);
            }
            bytes[i] = (byte) unsigned[i];
        }
        return bytes;
    }

    private void check(Metadata metadata) {
        for (int index = 0; index < units.length; index++) {
            if (units[index] < 0) {
                continue; // a value
            }
            int base = base(index);
            if (base >= units.length) {
                throw metadata.error(KEY, "children within " + units.length + " units",
                        "unit " + base + " as base of unit " + index);
            }
            if ((units[index] & SEQUENCE_ENDS) != 0) {
                checkValue(metadata, base);
            }
        }
    }

    private void checkValue(Metadata metadata, int index) {
        int from = units[index] & Integer.MAX_VALUE;
        if (units[index] >= 0 || from >= replacements.length) {
            throw metadata.error(KEY, "a place in the " + replacements.length + " bytes of replacements",
                    String.format("0x%08X in unit %d", units[index], index));
        }
        if (end(from) < 0) {
            throw metadata.error(KEY, "a zero byte after at most " + MAX_REPLACEMENT + " bytes of a replacement",
                    "none in the replacement at byte " + from);
        }
    }

    /// The index of the zero byte after a replacement, −1 if there is none soon.
    private int end(int from) {
        int last = Math.min(replacements.length - 1, from + MAX_REPLACEMENT);
        for (int i = from; i <= last; i++) {
            if (replacements[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    private int base(int index) {
        int unit = units[index];
        return index ^ unit >>> 10 << ((unit & 1 << 9) >> 6);
    }

    /// Whether a sequence begins with a byte, 0 to 255.
    boolean begins(int b) {
        int index = base(0) ^ b;
        return b != 0 && bears(index, b);
    }

    private boolean bears(int index, int b) {
        return (units[index] & (Integer.MIN_VALUE | 0xFF)) == b;
    }

    /// Finds the longest sequence that a text begins with at `from`.
    ///
    /// @return [#NO_MATCH], or its length in the high half and in the low half the index that [#replace] takes
    long find(byte[] text, int from, int to) {
        long found = NO_MATCH;
        int base = base(0);
        for (int i = from; i < to && text[i] != 0; i++) { // a zero byte leads to values
            int b = text[i] & 0xFF;
            int index = base ^ b;
            if (!bears(index, b)) {
                break;
            }
            base = base(index);
            if ((units[index] & SEQUENCE_ENDS) != 0) {
                found = (long) (i + 1 - from) << 32 | units[base] & Integer.MAX_VALUE;
            }
        }
        return found;
    }

    /// Appends the replacement that begins at an index.
    void replace(int from, Utf8Buffer out) {
        out.append(replacements, from, end(from));
    }
}
