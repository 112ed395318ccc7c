package dev.railhead.gguf;

import dev.railhead.ModelFileChangedException;
import dev.railhead.ModelFormatException;
import dev.railhead.ModelLoadException;
import dev.railhead.spi.FileStamp;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A file mapped read-only into memory, and open for copying pieces of it. Thread-safe.
public final class MappedFile implements AutoCloseable {
    private final Path path;
    private final MemorySegment bytes;
    private final PieceReader pieces;
    private final FileTime modified;
    private final @Nullable Object key;
    private final @Nullable FileStamp stamp;
    private final Arena arena;
    private final AtomicBoolean closed = new AtomicBoolean();

    private MappedFile(Path path, PieceReader pieces, BasicFileAttributes attributes, @Nullable FileStamp stamp,
            Arena arena) {
        this.path = path;
        this.pieces = pieces;
        bytes = pieces.mapping();
        this.modified = attributes.lastModifiedTime();
        this.key = attributes.fileKey();
        this.stamp = stamp;
        this.arena = arena;
    }

    /// Maps a file. A pending interrupt stays pending and does no harm.
    ///
    /// @throws ModelLoadException if it is missing, unreadable, empty or no regular file
    public static MappedFile open(Path path) {
        // Looked at first because opening a FIFO without a writer blocks for ever, and opening a directory succeeds.
        BasicFileAttributes attributes = attributes(path);
        if (!attributes.isRegularFile()) {
            throw new ModelLoadException(path + ": expected a regular file, found "
                    + (attributes.isDirectory() ? "a directory" : "a device, pipe or socket"));
        }
        Instant now = Instant.now();
        FileStamp before = FileStamps.of(path);
        Arena arena = Arena.ofShared();
        try {
            PieceReader pieces = map(path, arena);
            boolean same = before != null && before.equals(FileStamps.of(path)) && FileStamps.isSettled(before, now);
            return new MappedFile(path, pieces, attributes, same ? before : null, arena);
        } catch (IOException e) {
            arena.close();
            throw failure(path, e);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static BasicFileAttributes attributes(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    /// An interrupt closes the channel it finds in use, so it is set aside while mapping and put back afterwards.
    private static PieceReader map(Path path, Arena arena) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
                try {
                    return new PieceReader(path, map(path, channel, arena), channel);
                } catch (ClosedByInterruptException e) {
                    interrupted = Thread.interrupted();
                } catch (IOException | RuntimeException | Error e) {
                    channel.close();
                    throw e;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static MemorySegment map(Path path, FileChannel channel, Arena arena) throws IOException {
        long size = channel.size();
        if (size == 0) {
            throw new ModelFormatException(path + ": expected a model, found an empty file");
        }
        try {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
        } catch (IOException e) {
            if (channel.isOpen() && channel.size() < size) {
                throw new ModelFileChangedException(path + ": expected " + size + " bytes as a moment ago, found fewer"
                        + "; load it when it is complete, and replace model files by renaming", e);
            }
            throw e;
        }
    }

    private static ModelLoadException failure(Path path, IOException e) {
        return new ModelLoadException(switch (e) {
            case NoSuchFileException missing -> path + ": no such file";
            case AccessDeniedException denied -> path + ": not readable by this process; check the file's permissions";
            default -> path + ": can't be opened: " + e.getMessage();
        }, e);
    }

    /// As it was opened.
    public Path path() {
        return path;
    }

    /// The last part of the path.
    public String name() {
        return nameOf(path);
    }

    static String nameOf(Path path) {
        Path name = path.getFileName();
        return name == null ? path.toString() : name.toString();
    }

    /// The whole file, read-only.
    public MemorySegment bytes() {
        return bytes;
    }

    /// Copies bytes of the file without touching the mapping, as [PieceReader#read].
    void read(long position, byte[] out, int at, int count) {
        pieces.read(position, ByteBuffer.wrap(out, at, count));
    }

    /// Fills a buffer with bytes of the file without touching the mapping, whose pages that are touched stay resident. Safe
    /// for use by several threads.
    ///
    /// @param position of the first byte
    /// @param out filled from its position to its limit
    /// @throws ModelFileChangedException if the file ends before the last byte
    /// @throws ModelLoadException if the file can't be read
    public void read(long position, ByteBuffer out) {
        pieces.read(position, out);
    }

    /// The file as it was opened; null if it was being changed then or just before.
    @Nullable
    FileStamp stamp() {
        return stamp;
    }

    /// The stamps of several files, or none if one of them has none.
    static List<FileStamp> stamps(Collection<MappedFile> files) {
        List<FileStamp> stamps = files.stream().map(MappedFile::stamp).filter(Objects::nonNull).toList();
        return stamps.size() == files.size() ? stamps : List.of();
    }

    /// The exception for a page of the mapping that is gone, which the JVM reports as an `InternalError`.
    ModelFileChangedException truncated(InternalError fault) {
        return ModelFileChangedException.gone(path.toString(), fault);
    }

    /// A file that was deleted, or replaced by renaming another one onto it, is unchanged: the mapping keeps the old
    /// one.
    ///
    /// @throws ModelFileChangedException if size or modification time differ
    public void checkUnchanged() {
        BasicFileAttributes now;
        try {
            now = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException e) {
            return;
        }
        if (!Objects.equals(key, now.fileKey())) {
            return;
        }
        if (now.size() != bytes.byteSize() || !now.lastModifiedTime().equals(modified)) {
            throw new ModelFileChangedException(path + " changed while in use: expected " + bytes.byteSize()
                    + " bytes modified at " + modified + ", found " + now.size() + " bytes modified at "
                    + now.lastModifiedTime() + "; load it again, and replace model files by renaming");
        }
    }

    /// Closes and unmaps the file; its bytes can't be read any more.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            pieces.close();
            arena.close();
        }
    }
}
