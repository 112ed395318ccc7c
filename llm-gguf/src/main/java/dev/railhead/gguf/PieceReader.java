package dev.railhead.gguf;

import dev.railhead.ModelFileChangedException;
import dev.railhead.ModelLoadException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
    /// Bytes of a read. The JDK keeps a buffer of this size for each thread that reads, and one call takes long enough that
    /// its overhead of half a microsecond doesn't count.
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

    /// Fills a part of an array.
    ///
    /// @param position of the first byte, in the file
    /// @throws ModelFileChangedException if the file ends before the last byte
    /// @throws ModelLoadException if the file can't be read
    void read(long position, byte[] out, int at, int count) {
        for (int done = 0; done < count;) {
            int n = readPiece(position + done, out, at + done, Math.min(PIECE, count - done));
            if (n < 0) {
                throw new ModelFileChangedException("model file " + path + ": expected " + mapping.byteSize()
                        + " bytes as when it was opened, found its end at byte " + (position + done)
                        + " or before; load it again, and replace model files by an atomic rename");
            }
            done += n;
        }
    }

    /// @return the number of bytes read, or −1 at the end of the file
    private int readPiece(long position, byte[] out, int at, int count) {
        if (Thread.currentThread().isInterrupted()) {
            return copyPiece(position, out, at, count);
        }
        try {
            return channel.read(ByteBuffer.wrap(out, at, count), position);
        } catch (ClosedChannelException e) {
            return copyPiece(position, out, at, count);
        } catch (IOException e) {
            throw new ModelLoadException(path + ": " + count + " bytes at byte " + position + " can't be read: "
                    + e.getMessage() + "; check the disk, or copy the file anew", e);
        }
    }

    private int copyPiece(long position, byte[] out, int at, int count) {
        try {
            MemorySegment.copy(mapping, ValueLayout.JAVA_BYTE, position, out, at, count);
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
