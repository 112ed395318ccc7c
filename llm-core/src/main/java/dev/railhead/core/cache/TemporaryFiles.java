package dev.railhead.core.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/// The names under which cache files are written, and what becomes of those whose writer was killed.
///
/// Who writes holds a lock on the file, which the system releases when the process ends, however it ends. So a file that can
/// be locked has lost its writer, no matter how old it is, in which container or on which machine it was written. Files of
/// this process are never looked at: closing a file gives up all locks the process has on it.
final class TemporaryFiles {
    private static final System.Logger LOGGER = System.getLogger(TemporaryFiles.class.getName());
    private static final String EXTENSION = ".tmp";

    /// Names this process.
    private static final String PROCESS = UUID.randomUUID().toString();

    private TemporaryFiles() {}

    /// A name beside a cache file that nobody else uses.
    static Path beside(Path cache) {
        return cache.resolveSibling(prefix(cache) + PROCESS + "-" + UUID.randomUUID() + EXTENSION);
    }

    private static String prefix(Path cache) {
        return cache.getFileName() + ".";
    }

    /// Marks a file as being written, until the channel is closed. Where the file system has no locks the file is without one,
    /// and nobody takes it for abandoned, since that needs one.
    static void lock(FileChannel file) {
        try {
            file.tryLock();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "a file that is being written can't be locked", e);
        }
    }

    /// Deletes the files whose writers were killed.
    static void deleteAbandoned(Path cache) {
        Path directory = cache.toAbsolutePath().getParent();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, file -> isForeign(file, cache))) {
            for (Path file : files) {
                deleteIfAbandoned(file);
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "abandoned files beside " + cache + " are left to others", e);
        }
    }

    private static boolean isForeign(Path file, Path cache) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(prefix(cache)) && name.endsWith(EXTENSION)
                && !name.startsWith(prefix(cache) + PROCESS) && Files.isRegularFile(file);
    }

    private static void deleteIfAbandoned(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.tryLock() != null) {
                Files.deleteIfExists(file);
            }
        } catch (OverlappingFileLockException e) {
            // Written by another class loader's copy of this class.
        }
    }
}
