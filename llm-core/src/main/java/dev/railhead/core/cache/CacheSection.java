package dev.railhead.core.cache;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/// A packed matrix in a cache file.
///
/// @param matrix its name
/// @param form as in [dev.railhead.spi.PackedBytes]
/// @param offset where its bytes begin in the file
/// @param length number of bytes
/// @param edges checksum of the edges, [#edges]
record CacheSection(String matrix, String form, long offset, long length, int edges) {
    private static final int EDGE_BYTES = 4096;

    /// The bytes in the file.
    MemorySegment in(MemorySegment file) {
        return file.asSlice(offset, length);
    }

    /// CRC-32C of the first and the last page: finds bytes that are not where they should be, and parts of a file that were
    /// never written. All bytes would have to be read from the disk to be summed up, which is what a mapping saves.
    static int edges(MemorySegment bytes) {
        long edge = Math.min(EDGE_BYTES, bytes.byteSize());
        CRC32C crc = new CRC32C();
        crc.update(bytes.asSlice(0, edge).toArray(ValueLayout.JAVA_BYTE));
        crc.update(bytes.asSlice(bytes.byteSize() - edge, edge).toArray(ValueLayout.JAVA_BYTE));
        return (int) crc.getValue();
    }
}
