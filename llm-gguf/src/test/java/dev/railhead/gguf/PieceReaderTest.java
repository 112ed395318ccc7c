package dev.railhead.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.ModelFileChangedException;
import dev.railhead.ModelLoadException;
import dev.railhead.gguf.testing.Resources;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Copying pieces of a file that is short of breath, interrupted, or changed meanwhile.
@Timeout(60)
class PieceReaderTest {
    private static final long SEED = 1;
    private static final byte[] BYTES = new byte[1_000_003];

    static {
        new Random(SEED).nextBytes(BYTES);
    }

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void write() throws IOException {
        path = Files.write(folder.resolve("model.bin"), BYTES);
    }

    @AfterEach
    void nothingIsLeftOpen() throws IOException {
        Thread.interrupted();
        Resources.assertNoneOf(folder);
    }

    private static byte[] read(MappedFile file, int position, int count) {
        byte[] out = new byte[count + 2];
        file.read(position, out, 1, count);
        assertThat(out[0]).isZero();
        assertThat(out[count + 1]).isZero();
        return Arrays.copyOfRange(out, 1, count + 1);
    }

    private static void assertReads(MappedFile file, int position, int count) {
        assertThat(Arrays.equals(read(file, position, count), Arrays.copyOfRange(BYTES, position, position + count)))
                .as("%d bytes at %d", count, position).isTrue();
    }

    @Test
    void piecesOfAnySizeAreTheFilesBytes() {
        try (MappedFile file = MappedFile.open(path)) {
            for (int count : new int[]{0, 1, 17, 1 << 17, (1 << 17) + 1, BYTES.length}) {
                assertReads(file, 0, count);
                assertReads(file, BYTES.length - count, count);
            }
        }
    }

    /// As memory outside of the heap is filled, by reads and, once the thread is interrupted, from the mapping.
    @Test
    void buffersAreFilledFromPositionToLimit() {
        try (MappedFile file = MappedFile.open(path)) {
            for (boolean interrupted : new boolean[]{false, true}) {
                ByteBuffer out = ByteBuffer.allocateDirect(300_010).position(5).limit(300_005);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                file.read(7, out);
                assertThat(out.position()).isEqualTo(300_005);
                assertThat(out.limit()).isEqualTo(300_005);
                byte[] found = new byte[300_010];
                out.clear().get(found);
                byte[] expected = new byte[300_010];
                System.arraycopy(BYTES, 7, expected, 5, 300_000);
                assertThat(Arrays.equals(found, expected)).as("interrupted: %s", interrupted).isTrue();
            }
        }
    }

    @Test
    void shortReadsAreContinued() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            var reader = new PieceReader(path, MemorySegment.ofArray(new byte[BYTES.length]),
                    new FakeChannel((out, position) -> {
                        ByteBuffer few = out.slice(out.position(), Math.min(out.remaining(), 1 + (int) (position % 7)));
                        int n = channel.read(few, position);
                        out.position(out.position() + n);
                        return n;
                    }));
            byte[] out = new byte[5000];
            reader.read(12_345, ByteBuffer.wrap(out));
            assertThat(out).isEqualTo(Arrays.copyOfRange(BYTES, 12_345, 17_345));
        }
    }

    @Test
    void anInterruptedThreadReadsOnAndStaysInterrupted() {
        try (MappedFile file = MappedFile.open(path)) {
            Thread.currentThread().interrupt();
            assertReads(file, 5, 500_000);
            assertThat(Thread.interrupted()).isTrue();
            assertReads(file, 5, 500_000);
        }
    }

    /// An interrupt in the middle of a read closes the channel for all; the mapping has the bytes.
    @Test
    void interruptsAnywhereLoseNothing() {
        for (int round = 0; round < 20; round++) {
            List<Thread> threads = new ArrayList<>();
            List<CompletableFuture<Void>> results = new ArrayList<>();
            try (MappedFile file = MappedFile.open(path)) {
                for (int i = 0; i < 3; i++) {
                    CompletableFuture<Void> result = new CompletableFuture<>();
                    Thread thread = new Thread(() -> {
                        try {
                            for (int n = 0; n < 30; n++) {
                                assertReads(file, n * 1000, 300_000);
                                Thread.interrupted();
                            }
                            result.complete(null);
                        } catch (Throwable t) {
                            result.completeExceptionally(t);
                        }
                    });
                    results.add(result);
                    threads.add(thread);
                    thread.start();
                }
                while (threads.stream().anyMatch(Thread::isAlive)) {
                    threads.forEach(Thread::interrupt);
                    Thread.yield();
                }
                results.forEach(CompletableFuture::join);
                assertReads(file, 0, BYTES.length);
            }
        }
    }

    @Test
    void aFileThatShrankIsNamed() throws IOException {
        try (MappedFile file = MappedFile.open(path)) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(4000);
            }
            assertReads(file, 0, 4000);
            assertThatThrownBy(() -> read(file, 1000, 3001)).isExactlyInstanceOf(ModelFileChangedException.class)
                    .hasMessage("model file " + path
                            + ": expected 1000003 bytes as when it was opened, found its end at"
                            + " byte 4000 or before; load it again, and replace model files by an atomic rename");
            assertThatThrownBy(() -> read(file, 900_000, 1)).isExactlyInstanceOf(ModelFileChangedException.class)
                    .hasMessageContaining("byte 900000 or before");
        }
    }

    @Test
    void anInterruptedThreadSeesThatTheFileShrank() throws IOException {
        try (MappedFile file = MappedFile.open(path)) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> read(file, 900_000, 1000)).isExactlyInstanceOf(ModelFileChangedException.class)
                    .hasMessageContainingAll("model.bin", "load it again");
        }
    }

    @Test
    void deletingAndReplacingDoNoHarm() throws IOException {
        try (MappedFile file = MappedFile.open(path)) {
            Files.move(Files.write(folder.resolve("other"), new byte[10]), path,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertReads(file, 77, 200_000);
            Files.delete(path);
            assertReads(file, 0, BYTES.length);
        }
    }

    @Test
    void aDiskThatFailsIsNamed() {
        var reader = new PieceReader(path, MemorySegment.ofArray(new byte[100]), new FakeChannel((out, position) -> {
            throw new IOException("Input/output error");
        }));
        assertThatThrownBy(() -> reader.read(40, ByteBuffer.allocate(60))).isExactlyInstanceOf(ModelLoadException.class)
                .hasMessage(
                        path + ": 60 bytes at byte 40 can't be read: Input/output error; check the disk, or copy the"
                                + " file anew")
                .hasCauseExactlyInstanceOf(IOException.class);
    }
}
