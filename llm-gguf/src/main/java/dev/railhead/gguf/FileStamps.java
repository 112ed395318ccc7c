package dev.railhead.gguf;

import dev.railhead.spi.FileStamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Takes stamps of files.
final class FileStamps {
    /// File systems take their times from a clock that stands still between two ticks of the kernel, 10 ms with 100 ticks a
    /// second. Twice that.
    private static final Duration TICK = Duration.ofMillis(20);

    /// FAT keeps times to two seconds, other old file systems to one.
    private static final Duration COARSE_TICK = Duration.ofSeconds(2);

    private FileStamps() {}

    /// The stamp of a file; null if it can't be read.
    static @Nullable FileStamp of(Path path) {
        try {
            return unix(path);
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return basic(path); // a system without inodes
        } catch (IOException e) {
            return null;
        }
    }

    private static FileStamp unix(Path path) throws IOException {
        Map<String, Object> now = Files.readAttributes(path, "unix:size,lastModifiedTime,ctime,ino");
        return new FileStamp(path, (Long) value(now, "size"), (FileTime) value(now, "lastModifiedTime"),
                (FileTime) value(now, "ctime"), ((Number) value(now, "ino")).longValue());
    }

    private static Object value(Map<String, Object> attributes, String name) {
        return Objects.requireNonNull(attributes.get(name), name);
    }

    private static @Nullable FileStamp basic(Path path) {
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            return new FileStamp(path, now.size(), now.lastModifiedTime(), null, 0);
        } catch (IOException e) {
            return null;
        }
    }

    /// Whether a change at `now` or later gives another stamp. Not so right after a change: the clock of the file system
    /// may still show the same time.
    static boolean isSettled(FileStamp stamp, Instant now) {
        FileTime changed = stamp.changed();
        Instant last = (changed == null ? stamp.modified() : changed).toInstant();
        return now.isAfter(last.plus(last.getNano() == 0 ? COARSE_TICK : TICK));
    }
}
