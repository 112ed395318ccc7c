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
    private static final long PIECE_BYTES = 1 << 26;

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
            for (PackedBytes packed : matrices.values()) {
                out.position(header.sections().get(next++).offset());
                writePieces(out, packed.bytes());
            }
            out.force(true);
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

    private static void writePieces(FileChannel out, MemorySegment bytes) throws IOException {
        for (long at = 0; at < bytes.byteSize(); at += PIECE_BYTES) {
            writeFully(out, bytes.asSlice(at, Math.min(PIECE_BYTES, bytes.byteSize() - at)).asByteBuffer());
        }
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
