package dev.railhead.core.cache;

import dev.railhead.spi.PackedBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Writes a cache file: under another name until all is on the disk, so that whoever opens it finds the old file or the whole
/// new one. Of several writers the last one wins.
final class CacheWriter {
    /// A buffer holds less than 2 GiB, and an interrupt is seen between two pieces.
    private static final long PIECE_BYTES = 1 << 24;

    /// So many bytes are forced to the disk before more are written: an interrupt ends the writing soon, and other programs
    /// don't wait for a disk that was given the whole file at once. A disk writes so much in 0.1 to 1 s.
    private static final long FORCE_BYTES = 1 << 26;

    private CacheWriter() {}

    /// Writes or replaces a file.
    ///
    /// @param matrices packed bytes by name, in the order they are to have in the file
    /// @throws IOException if that is not possible; nothing is left then
    static void write(Path cache, String layout, byte[] key, Map<String, PackedBytes> matrices) throws IOException {
        CacheHeader header = header(layout, key, matrices);
        Path directory = cache.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        long space = Files.getFileStore(directory).getUsableSpace();
        if (space != 0 && space < header.fileBytes()) { // 0 also where it can't be told
            throw new IOException("expected " + header.fileBytes() + " bytes of free space, found " + space);
        }
        Path temporary = TemporaryFiles.beside(cache);
        try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            TemporaryFiles.lock(out);
            writeFully(out, header.encode(CacheHeader.bytes(layout, matrices)));
            int next = 0;
            long unforced = 0;
            for (PackedBytes packed : matrices.values()) {
                out.position(header.sections().get(next++).offset());
                unforced = writePieces(out, packed.bytes(), unforced);
            }
            out.force(true);
            // While another process has the old file mapped, Windows refuses this; that process then goes on with it.
            Files.move(temporary, cache, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /// Gives each matrix its place.
    private static CacheHeader header(String layout, byte[] key, Map<String, PackedBytes> matrices) {
        List<CacheSection> sections = new ArrayList<>();
        long end = CacheHeader.bytes(layout, matrices);
        for (Map.Entry<String, PackedBytes> matrix : matrices.entrySet()) {
            MemorySegment bytes = matrix.getValue().bytes();
            long offset = CacheHeader.align(end);
            end = offset + bytes.byteSize();
            sections.add(new CacheSection(matrix.getKey(), matrix.getValue().form(), offset, bytes.byteSize(),
                    CacheSection.edges(bytes)));
        }
        return new CacheHeader(layout, key, end, sections);
    }

    /// @param before bytes that were written and not forced
    /// @return the same after this matrix
    private static long writePieces(FileChannel out, MemorySegment bytes, long before) throws IOException {
        long unforced = before;
        for (long at = 0; at < bytes.byteSize(); at += PIECE_BYTES) {
            long size = Math.min(PIECE_BYTES, bytes.byteSize() - at);
            writeFully(out, bytes.asSlice(at, size).asByteBuffer());
            unforced += size;
            if (unforced >= FORCE_BYTES) {
                out.force(false);
                unforced = 0;
            }
        }
        return unforced;
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
