package dev.railhead.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.RailheadException;
import dev.railhead.gguf.testing.Resources;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A file that shrinks and grows while it is opened.
@Timeout(60)
class RacingFileTest {
    private static final int OPENINGS = 200;
    private static final long SEED = 1;
    private static final long PAUSE_NANOS = 200_000; // about as long as it takes to read the file

    @TempDir
    private Path folder;

    private final AtomicBoolean done = new AtomicBoolean();

    /// Truncates the file anywhere and writes it anew, over and over.
    private void disturb(Path path, byte[] good) {
        Random random = new Random(SEED);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            while (!done.get()) {
                file.setLength(random.nextInt(good.length));
                file.seek(0);
                file.write(good);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void isOpenedOrRefusedByATypedException() throws IOException {
        // A vocabulary that takes a while to read, so that reading and truncating meet.
        String[] tokens = new String[100_000];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = "token " + i;
        }
        byte[] good = TinyLlama.defaults().writer().putArray("tokens", ValueType.STRING, tokens).toByteArray();
        Path path = folder.resolve("racing.gguf");
        TinyLlama.defaults().writer().write(path);
        CompletableFuture<Void> disturbance = CompletableFuture.runAsync(() -> disturb(path, good));
        int opened = 0;
        List<RailheadException> refusals = new ArrayList<>();
        for (int i = 0; i < OPENINGS; i++) {
            try {
                ModelFiles.open(path, null).close();
                opened++;
            } catch (RailheadException e) {
                refusals.add(e);
            }
        }
        done.set(true);
        disturbance.join();
        assertThat(opened + refusals.size()).isEqualTo(OPENINGS);
        assertThat(refusals).as("seed %d", SEED).isNotEmpty()
                .allSatisfy(e -> assertThat(e).hasMessageContaining("racing.gguf"));
        Resources.assertNoneOf(folder);
        TinyLlama.defaults().writer().write(path);
        ModelFiles.open(path, null).close();
    }
}
