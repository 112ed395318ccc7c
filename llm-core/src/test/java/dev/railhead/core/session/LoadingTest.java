package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.gguf.testing.Resources;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What loading tells, and what it leaves.
class LoadingTest {
    private static final ModelOptions OPTIONS = ModelOptions.defaults().withBackend("reference");

    /// Matrices of 256 KiB to 1 MiB, so that they are read in several pieces.
    private static final TinyLlama WIDE = new TinyLlama(256, 1024, 1, 4, 4, 128, TinyLlama.defaults().type(), 1);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() {
        file = folder.resolve("wide.gguf");
        WIDE.writer().write(file);
    }

    @Test
    void progressGrowsWithinMatricesToTheEnd() {
        List<Long> done = new ArrayList<>();
        Thread loader = Thread.currentThread();
        try (Model model = Model.load(file, OPTIONS.withProgress((bytes, total) -> {
            assertThat(Thread.currentThread()).isSameAs(loader);
            assertThat(total).isGreaterThan(4 << 20);
            assertThat(bytes).isBetween(1L, total);
            done.add(bytes);
        }))) {
            assertThat(done).isSorted().hasSizeGreaterThan(60).endsWith(model.metadata().fileBytes());
        }
    }

    @Test
    void whatProgressThrowsWithinAMatrixEndsTheLoading() throws IOException {
        var thrown = new IllegalStateException("enough");
        assertThatThrownBy(() -> Model.load(file, OPTIONS.withProgress((bytes, total) -> {
            if (bytes > 1 << 17) {
                throw thrown;
            }
        }))).isSameAs(thrown);
        Resources.assertNoneOf(folder);
        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
                .doesNotContain("railhead-allocation");
    }

    @Test
    void theLoadTimeBeginsWithOpening() {
        long begin = System.nanoTime();
        try (Model model = Model.load(file, OPTIONS)) {
            assertThat(model.loadTime()).isPositive();
            assertThat(model.loadTime().toNanos()).isLessThanOrEqualTo(System.nanoTime() - begin);
        }
    }

    @Test
    void aPackedModelHoldsNoFile() throws IOException {
        try (Model model = Model.load(file, OPTIONS)) {
            Resources.assertNoneOf(folder);
            assertThat(model.contextLength()).isEqualTo(128);
        }
    }

    /// An interrupt is for whoever asked for the model.
    @Test
    void anInterruptStaysPendingAndDoesNoHarm() throws IOException {
        Thread.currentThread().interrupt();
        try (Model model = Model.load(file, OPTIONS)) {
            assertThat(Thread.interrupted()).isTrue();
            Resources.assertNoneOf(folder);
            int[] tokens = {1, 70};
            try (Model other = Model.load(file, OPTIONS)) {
                LogitsContract.assertSameBits(LogitsContract.batch(model, tokens), LogitsContract.batch(other, tokens),
                        "interrupted");
            }
        } finally {
            Thread.interrupted();
        }
    }
}
