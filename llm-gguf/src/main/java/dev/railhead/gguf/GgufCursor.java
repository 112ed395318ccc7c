package dev.railhead.gguf;

import dev.railhead.ModelFileChangedException;
import dev.railhead.ModelFormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads little-endian numbers and strings one after the other, each checked against the bytes that are left. Knows
/// what it is reading, so that every error says where it happened.
final class GgufCursor {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String file;
    private final MemorySegment bytes;
    private String subject = "header";
    private long position;

    GgufCursor(String file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /// Names what is read from here on, for errors: `header`, `key 'x'`, `tensor 'x'`.
    void subject(String what) {
        subject = what;
    }

    long position() {
        return position;
    }

    void position(long newPosition) {
        position = newPosition;
    }

    long remaining() {
        return bytes.byteSize() - position;
    }

    int uint8(String what) {
        return bytes.get(ValueLayout.JAVA_BYTE, advance(1, what)) & 0xFF;
    }

    int uint16(String what) {
        return bytes.get(SHORT, advance(2, what)) & 0xFFFF;
    }

    int int32(String what) {
        return bytes.get(INT, advance(4, what));
    }

    long int64(String what) {
        return bytes.get(LONG, advance(8, what));
    }

    /// A 64-bit unsigned number that counts things of at least `minBytes` each.
    ///
    /// @param max how many are allowed
    int count(String what, int minBytes, long max) {
        long at = position;
        long count = int64("number of " + what);
        if (count < 0 || count > remaining() / minBytes) {
            throw error(at, "a number of " + what + " that fits into the remaining " + remaining() + " bytes",
                    Long.toUnsignedString(count));
        }
        if (count > max) {
            throw error(at, "at most " + max + " " + what, Long.toString(count));
        }
        return (int) count;
    }

    /// Passes over a string.
    void skipText(String what) {
        long length = length(what, Long.MAX_VALUE);
        position += length;
    }

    /// Copies the bytes of a string that [#skipText] has been over.
    ///
    /// @return their number
    /// @throws ModelFileChangedException if they are too many for what is left of `to`, as only a file that changes
    ///     between two looks can have it
    int copyText(String what, byte[] to, int at) {
        long length = length(what, Long.MAX_VALUE);
        if (length > to.length - at) {
            throw changed();
        }
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, position, to, at, (int) length);
        position += length;
        return (int) length;
    }

    /// A name: valid UTF-8, not empty, without NUL.
    String name(String what, int maxBytes) {
        long at = position;
        byte[] utf8 = utf8(what, maxBytes);
        if (utf8.length == 0) {
            throw error(at, "a " + what, "an empty one");
        }
        String name;
        try {
            name = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw error(at, "a " + what + " in UTF-8", "bytes that are not: \"" + shortened(utf8) + "\"");
        }
        if (name.indexOf('\0') >= 0) {
            throw error(at, "a " + what + " without NUL", "\"" + shortened(utf8) + "\"");
        }
        return name;
    }

    private static String shortened(byte[] utf8) {
        return new String(utf8, 0, Math.min(utf8.length, 40), StandardCharsets.UTF_8).replace('\0', '\uFFFD');
    }

    /// The bytes of a string.
    ///
    /// @param maxBytes how many are allowed; less than 2^31
    byte[] utf8(String what, long maxBytes) {
        byte[] utf8 = new byte[(int) length(what, maxBytes)];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, position, utf8, 0, utf8.length);
        position += utf8.length;
        return utf8;
    }

    private long length(String what, long maxBytes) {
        long at = position;
        long length = int64("length of the " + what);
        if (length < 0 || length > remaining()) {
            throw error(at, "a " + what + " that fits into the remaining " + remaining() + " bytes",
                    Long.toUnsignedString(length) + " bytes");
        }
        if (length > maxBytes) {
            throw error(at, "a " + what + " of at most " + maxBytes + " bytes", length + " bytes");
        }
        return length;
    }

    private long advance(int size, String what) {
        if (size > remaining()) {
            throw error(position, "the " + what + " (" + size + " bytes)",
                    remaining() == 0 ? "the end of the file" : "only " + remaining() + " bytes to the end of the file");
        }
        long at = position;
        position += size;
        return at;
    }

    /// The exception for something wrong in the current subject.
    ModelFormatException error(long at, String expected, String found) {
        return new ModelFormatException(
                subject + " of " + file + " at byte " + at + ": expected " + expected + ", found " + found);
    }

    /// The exception for a file that is not the same at a second look.
    ModelFileChangedException changed() {
        return new ModelFileChangedException(subject + " of " + file + ": expected the same bytes at a second look, "
                + "found others; load the file when it is complete, and replace model files by renaming");
    }
}
