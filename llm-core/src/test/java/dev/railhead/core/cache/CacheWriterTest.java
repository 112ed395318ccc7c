package dev.railhead.core.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.gguf.testing.ChildJvm;
import dev.railhead.spi.PackedBytes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cache file is there as a whole or not at all.
class CacheWriterTest {
    private static final byte[] KEY = ModelKey.sha256(new byte[0]);

    @TempDir
    private Path folder;

    private static Map<String, PackedBytes> matrices(int value) {
        MemorySegment bytes = Arena.ofAuto().allocate(100_000).fill((byte) value);
        return Map.of("w", new PackedBytes("F32", bytes));
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void directoriesAreMade() throws IOException {
        Path file = folder.resolve("a/b/model.railhead");
        CacheWriter.write(file, "test", KEY, matrices(1));
        assertThat(file).isNotEmptyFile();
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = folder.resolve("model.railhead");
        CacheWriter.write(file, "test", KEY, matrices(1));
        byte[] old = Files.readAllBytes(file);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> CacheWriter.write(file, "test", KEY, matrices(2)))
                    .isInstanceOf(ClosedByInterruptException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(files()).containsExactly(file);
        assertThat(file).hasBinaryContent(old);
    }

    @Test
    void whatCantBeReplacedLeavesNothing() throws IOException {
        Path file = Files.createDirectories(folder.resolve("model.railhead/inner")).getParent();
        assertThatThrownBy(() -> CacheWriter.write(file, "test", KEY, matrices(1))).isInstanceOf(IOException.class);
        assertThat(files()).containsExactly(file);
    }

    @Test
    void moreThanTheDiskHoldsIsNotBegun() throws IOException {
        long space = Files.getFileStore(folder).getUsableSpace();
        Path sparse = folder.resolve("sparse");
        try (FileChannel channel = FileChannel.open(sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
                StandardOpenOption.WRITE, StandardOpenOption.SPARSE); Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, 2 * space, arena);
            Path file = folder.resolve("model.railhead");
            assertThatThrownBy(
                    () -> CacheWriter.write(file, "test", KEY, Map.of("w", new PackedBytes("F32", bytes))))
                    .isInstanceOf(IOException.class).hasMessageContaining("bytes of free space, found");
            assertThat(file).doesNotExist();
        }
        assertThat(files()).containsExactly(sparse);
    }

    @Test
    void ofSeveralWritersOneWinsAndAllFilesAreWhole() throws Exception {
        Path file = folder.resolve("model.railhead");
        List<Thread> writers = IntStream.range(1, 5).mapToObj(value -> Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 20; i++) {
                try {
                    CacheWriter.write(file, "test", KEY, matrices(value));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        })).toList();
        int read = 0;
        while (read < 50 || writers.stream().anyMatch(Thread::isAlive)) {
            if (Files.exists(file)) {
                try (CacheFile cache = CacheFile.open(file, "test", KEY)) {
                    MemorySegment bytes = Objects.requireNonNull(cache.matrix("w")).bytes();
                    byte first = bytes.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0);
                    assertThat(first).isBetween((byte) 1, (byte) 4);
                    assertThat(bytes.mismatch(matrices(first).get("w").bytes())).isEqualTo(-1);
                    read++;
                }
            }
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(files()).containsExactly(file);
    }

    @Test
    void filesOfKilledWritersAreDeleted() throws Exception {
        Path file = folder.resolve("model.railhead");
        ChildJvm.Result killed = ChildJvm.run(List.of(), KilledWriter.class, List.of(file.toString()));
        assertThat(killed.exitCode()).as(killed.output()).isEqualTo(7);
        assertThat(files()).hasSize(1);
        Path own = Files.createFile(TemporaryFiles.beside(file));
        Path other = Files.createFile(folder.resolve("other.railhead.0.tmp"));
        TemporaryFiles.deleteAbandoned(file);
        assertThat(files()).containsExactlyInAnyOrder(own, other);
    }

    @Test
    void filesThatAreBeingWrittenStay() throws Exception {
        Path file = folder.resolve("model.railhead");
        Path temporary = folder.resolve("model.railhead.elsewhere.tmp");
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
            TemporaryFiles.lock(channel);
            ChildJvm.Result other = ChildJvm.run(List.of(), Cleaner.class, List.of(file.toString()));
            assertThat(other.exitCode()).as(other.output()).isZero();
            assertThat(temporary).exists();
        }
        ChildJvm.run(List.of(), Cleaner.class, List.of(file.toString()));
        assertThat(temporary).doesNotExist();
    }

    /// Ends in the middle of writing.
    static final class KilledWriter {
        private KilledWriter() {}

        public static void main(String[] args) throws IOException {
            FileChannel channel = FileChannel.open(TemporaryFiles.beside(Path.of(args[0])),
                    StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            TemporaryFiles.lock(channel);
            Runtime.getRuntime().halt(7);
        }
    }

    /// Another process that looks for abandoned files.
    static final class Cleaner {
        private Cleaner() {}

        public static void main(String[] args) {
            TemporaryFiles.deleteAbandoned(Path.of(args[0]));
        }
    }
}
