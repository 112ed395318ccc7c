package dev.railhead.core.cache;

import dev.railhead.spi.PackedBytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/// The start of a cache file, little-endian:
///
/// | bytes | what |
/// | --- | --- |
/// | 8 | magic number, `RAILPACK` |
/// | 4 | format version |
/// | 4 | length of the header |
/// | 4 | CRC-32C of the header, these four bytes being 0 |
/// | 4 | number of sections |
/// | 8 | size of the file |
/// | 32 | key of the model |
/// | 2 + n | layout of the packed bytes |
/// | for each section 2 + n, 2 + n, 8, 8, 4 | name of the matrix, form, offset, length, checksum of the edges |
///
/// Texts are UTF-8 after their length. Sections follow, each from a multiple of [#ALIGNMENT].
///
/// @param layout as in [dev.railhead.spi.Backend#packedLayout()]
/// @param key as in [ModelKey]
/// @param fileBytes size of the file
record CacheHeader(String layout, byte[] key, long fileBytes, List<CacheSection> sections) {
    /// Sections begin with a page, so that no page is read for two of them.
    static final int ALIGNMENT = 4096;

    /// To be raised when the format changes.
    static final int FORMAT_VERSION = 1;

    private static final long MAGIC = 0x4b4341504c494152L;
    private static final int FIXED_BYTES = 32 + ModelKey.BYTES;
    private static final int CRC_AT = 16;

    /// A model of a million tensors has less.
    private static final int MAX_BYTES = 1 << 27;

    /// Rounds up to where a section can begin.
    static long align(long offset) {
        return Math.ceilDiv(offset, (long) ALIGNMENT) * ALIGNMENT;
    }

    /// The length of the header of a file with these matrices, in bytes.
    static int bytes(String layout, Map<String, PackedBytes> matrices) {
        long bytes = FIXED_BYTES + 2L + utf8(layout).length;
        for (Map.Entry<String, PackedBytes> matrix : matrices.entrySet()) {
            bytes += 2L + utf8(matrix.getKey()).length + 2 + utf8(matrix.getValue().form()).length + 8 + 8 + 4;
        }
        return Math.toIntExact(bytes);
    }

    /// The bytes of the header.
    ///
    /// @param length as [#bytes] said
    ByteBuffer encode(int length) {
        ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(MAGIC).putInt(FORMAT_VERSION).putInt(length).putInt(0).putInt(sections.size()).putLong(fileBytes)
                .put(key);
        putText(out, layout);
        for (CacheSection section : sections) {
            putText(out, section.matrix());
            putText(out, section.form());
            out.putLong(section.offset()).putLong(section.length()).putInt(section.edges());
        }
        return out.putInt(CRC_AT, crc(out.array())).flip();
    }

    /// Reads the header of a file and checks that it is whole and that its sections lie in the file.
    static CacheHeader read(MemorySegment file) throws UnusableCacheException {
        ByteBuffer fixed = bytes(file, FIXED_BYTES);
        if (fixed.getLong() != MAGIC) {
            throw new UnusableCacheException("expected the magic number \"RAILPACK\", found other bytes");
        }
        expect("format version", FORMAT_VERSION, fixed.getInt());
        int length = fixed.getInt();
        if (length < FIXED_BYTES || length > MAX_BYTES) {
            throw new UnusableCacheException("expected a header of " + FIXED_BYTES + " to " + MAX_BYTES
                    + " bytes, found " + Integer.toUnsignedString(length));
        }
        ByteBuffer in = bytes(file, length);
        int crc = in.getInt(CRC_AT);
        expect("the checksum of the header", crc(in.putInt(CRC_AT, 0).array()), crc);
        try {
            return read(in.position(CRC_AT + Integer.BYTES), file.byteSize());
        } catch (BufferUnderflowException e) {
            throw new UnusableCacheException("expected a whole header, found its end too early", e);
        }
    }

    private static CacheHeader read(ByteBuffer in, long fileBytes) throws UnusableCacheException {
        int count = in.getInt();
        expect("a file of bytes", in.getLong(), fileBytes);
        byte[] key = new byte[ModelKey.BYTES];
        in.get(key);
        String layout = text(in);
        List<CacheSection> sections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sections.add(new CacheSection(text(in), text(in), in.getLong(), in.getLong(), in.getInt()));
        }
        for (CacheSection section : sections) {
            if (section.offset() < in.limit() || section.length() < 1
                    || section.length() > fileBytes - section.offset()) {
                throw new UnusableCacheException("matrix '" + section.matrix() + "': expected bytes between the header"
                        + " and the end of the file (" + fileBytes + "), found " + section.length() + " at byte "
                        + section.offset());
            }
        }
        return new CacheHeader(layout, key, fileBytes, sections);
    }

    /// Checks that the packed bytes were made by the same code from the same weights.
    void checkSame(String expectedLayout, byte[] expectedKey) throws UnusableCacheException {
        if (!layout.equals(expectedLayout)) {
            throw new UnusableCacheException(
                    "expected weights packed as '" + expectedLayout + "', found '" + layout + "'");
        }
        if (!Arrays.equals(key, expectedKey)) {
            throw new UnusableCacheException(
                    "expected the weights of this model, found those of another one or of an earlier state of it");
        }
    }

    private static ByteBuffer bytes(MemorySegment file, int length) throws UnusableCacheException {
        if (length > file.byteSize()) {
            throw new UnusableCacheException(
                    "expected a header of " + length + " bytes, found a file of " + file.byteSize());
        }
        return ByteBuffer.wrap(file.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void expect(String what, long expected, long found) throws UnusableCacheException {
        if (expected != found) {
            throw new UnusableCacheException("expected " + what + " " + expected + ", found " + found);
        }
    }

    private static int crc(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header);
        return (int) crc.getValue();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void putText(ByteBuffer out, String text) {
        byte[] utf8 = utf8(text);
        if (utf8.length > 0xFFFF) {
            throw new IllegalArgumentException("expected a name of at most 65535 bytes, found " + utf8.length);
        }
        out.putShort((short) utf8.length).put(utf8);
    }

    private static String text(ByteBuffer in) {
        byte[] utf8 = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
