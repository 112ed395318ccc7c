package dev.railhead.gguf;

import dev.railhead.ModelFileChangedException;
import dev.railhead.ModelLoadException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Copies pieces of a mapped file with positional reads, since pages of a mapping that are touched stay resident as long as
/// it lives. Safe for use by several threads.
///
/// An interrupt closes the channel that it finds in use, for all threads and for good. From then on, and for a thread
/// that is interrupted already, the mapping gives the bytes: nothing is lost, and the interrupt stays pending.
final class PieceReader implements AutoCloseable {
    /// Bytes of a read. The JDK keeps a buffer of this size for each thread that reads into an array, and one call takes long
    /// enough that its overhead of half a microsecond doesn't count.
    private static final int PIECE = 1 << 17;

    private final Path path;
    private final MemorySegment mapping;
    private final FileChannel channel;

    /// @param path for messages
    /// @param mapping the whole file
    /// @param channel the same file; closed by this reader
    PieceReader(Path path, MemorySegment mapping, FileChannel channel) {
        this.path = path;
        this.mapping = mapping;
        this.channel = channel;
    }

    MemorySegment mapping() {
        return mapping;
    }

    /// Fills a buffer from its position to its limit.
    ///
    /// @param position of the first byte, in the file
    /// @throws ModelFileChangedException if the file ends before the last byte
    /// @throws ModelLoadException if the file can't be read
    void read(long position, ByteBuffer out) {
        int end = out.limit();
        long begin = position - out.position();
        while (out.position() < end) {
            out.limit(Math.min(end, out.position() + PIECE));
            long at = begin + out.position();
            if (readPiece(at, out) < 0) {
                throw new ModelFileChangedException("model file " + path + ": expected " + mapping.byteSize()
                        + " bytes as when it was opened, found its end at byte " + at
                        + " or before; load it again, and replace model files by an atomic rename");
            }
            out.limit(end);
        }
    }

    /// @return −1 at the end of the file
    private int readPiece(long position, ByteBuffer out) {
        if (Thread.currentThread().isInterrupted()) {
            return copyPiece(position, out);
        }
        try {
            return channel.read(out, position);
        } catch (ClosedChannelException e) {
            return copyPiece(position, out);
        } catch (IOException e) {
            throw new ModelLoadException(path + ": " + out.remaining() + " bytes at byte " + position
                    + " can't be read: " + e.getMessage() + "; check the disk, or copy the file anew", e);
        }
    }

    private int copyPiece(long position, ByteBuffer out) {
        int count = out.remaining();
        try {
            MemorySegment.copy(mapping, position, MemorySegment.ofBuffer(out), 0, count);
            out.position(out.limit());
            return count;
        } catch (InternalError e) {
            throw ModelFileChangedException.gone(path.toString(), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // nothing was written, so nothing is lost
        }
    }
}
