package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.ModelFileChangedException;
import dev.railhead.ModelOptions;
import dev.railhead.PackedCache;
import dev.railhead.core.cache.PackedWeights;
import dev.railhead.gguf.GgufFile;
import dev.railhead.gguf.testing.CapturedLog;
import dev.railhead.gguf.testing.Resources;
import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What happens to packed weights after the load, at each moment in which a model can be closed.
@Timeout(60)
class KeptWeightsTest {
    private static final ModelOptions COPIED = ModelOptions.defaults().withPackedCache(PackedCache.besideModel());
    private static final ModelOptions STAYS_MAPPED = COPIED
            .withPackedCache(PackedCache.besideModel().withMode(PackedCache.Mode.MAP));

    @TempDir
    private Path folder;

    private final KeepingBackend keeping = new KeepingBackend();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<Matrix> matrices = new ArrayList<>();
    private Path model;
    private Path cache;
    private CapturedLog log;
    private CapturedLog closingLog;

    @BeforeEach
    void writeModel() throws Exception {
        model = folder.resolve("model.gguf");
        cache = folder.resolve("model.gguf.railhead");
        TinyLlama.defaults().writer().write(model);
        Thread.sleep(30); // a model that was just written is not kept
        log = CapturedLog.of(PackedWeights.class);
        closingLog = CapturedLog.of(KeptWeights.class);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        go.countDown();
        log.close();
        closingLog.close();
        Resources.assertNoneOf(folder);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
                .doesNotContain("railhead-packed-cache", "railhead-allocation");
    }

    /// A loaded model, as far as its packed weights go. The work after the load has begun.
    private final class Loaded implements AutoCloseable {
        final AheadArena memory = new AheadArena();
        final KeptWeights kept;

        Loaded(ModelOptions options) {
            matrices.clear();
            try (GgufFile file = GgufFile.open(model)) {
                Backend backend = keeping.backend();
                PackedWeights weights = PackedWeights.of(file, backend, options);
                for (Tensor tensor : tensors(file)) {
                    matrices.add(weights.pack(tensor, memory));
                }
                kept = new KeptWeights(weights, memory);
                kept.start();
            }
        }

        @Override
        public void close() {
            kept.close();
            memory.close();
        }
    }

    private static List<Tensor> tensors(GgufFile file) {
        return file.tensors().stream().filter(tensor -> tensor.shape().length > 1).toList();
    }

    private static MemorySegment bytes(Matrix matrix) {
        return Objects.requireNonNull(matrix.packed()).bytes();
    }

    private void write() {
        new Loaded(COPIED).close();
        assertThat(cache).isNotEmptyFile();
    }

    /// Waits until the test goes on, whatever happens.
    private void hold() {
        reached.countDown();
        boolean interrupted = false;
        while (go.getCount() > 0) {
            try {
                go.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitMoved(List<Matrix> matrices) {
        while (matrices.stream().anyMatch(matrix -> matrix.bytes() == 0)) {
            Thread.onSpinWait();
        }
    }

    private Loaded loadHoldingTheWriter() throws InterruptedException {
        Thread loader = Thread.currentThread();
        keeping.asking = () -> {
            if (Thread.currentThread() != loader) {
                hold();
            }
        };
        Loaded loaded = new Loaded(COPIED);
        reached.await();
        return loaded;
    }

    @Test
    void theLoadDoesNotWaitForTheFileAndClosingDoes() throws Exception {
        Loaded loaded = loadHoldingTheWriter();
        assertThat(cache).doesNotExist();
        loaded.kept.beginStep();
        assertThat(loaded.kept.isRead()).isFalse();
        Thread closing = Thread.ofPlatform().start(loaded::close);
        closing.join(1300); // more than its patience
        assertThat(closing.isAlive()).isTrue();
        assertThat(loaded.memory.scope().isAlive()).as("what is being written").isTrue();
        assertThat(closingLog.lines()).singleElement().asString()
                .startsWith("INFO " + cache + ": closing the model waits");
        go.countDown();
        closing.join();
        assertThat(cache).isNotEmptyFile();
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void anInterruptWhileClosingGivesTheFileUp() throws Exception {
        Loaded loaded = loadHoldingTheWriter();
        boolean[] stillInterrupted = {false};
        Thread closing = Thread.ofPlatform().start(() -> {
            loaded.close();
            stillInterrupted[0] = Thread.currentThread().isInterrupted();
        });
        while (closing.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
        closing.interrupt();
        Thread.sleep(50);
        go.countDown();
        closing.join();
        assertThat(stillInterrupted[0]).isTrue();
        assertThat(cache).doesNotExist();
        assertThat(log.lines()).containsExactly("INFO " + cache + ": packed weights are not kept, the next load packs"
                + " again: closing the model was interrupted");
    }

    @Test
    void matricesMoveAndTheFileIsLeftBeforeTheNextStep() throws Exception {
        write();
        try (Loaded loaded = new Loaded(COPIED); GgufFile file = GgufFile.open(model)) {
            awaitMoved(matrices);
            List<Tensor> tensors = tensors(file);
            for (int i = 0; i < tensors.size(); i++) {
                MemorySegment moved = bytes(matrices.get(i));
                assertThat(moved.mismatch(tensors.get(i).data())).as(tensors.get(i).name()).isEqualTo(-1);
                assertThat(moved.address() % 64).isZero();
            }
            do {
                loaded.kept.beginStep();
            } while (loaded.kept.isRead());
            Files.setLastModifiedTime(cache, FileTime.fromMillis(1));
            loaded.kept.beginStep();
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void aModelThatIsClosedMeanwhileStopsCopying() throws Exception {
        write();
        keeping.moving = this::hold;
        Loaded loaded = new Loaded(COPIED);
        reached.await();
        Thread closing = Thread.ofPlatform().start(loaded::close);
        while (closing.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
        go.countDown();
        closing.join();
        assertThat(matrices.get(1).bytes()).as("the second").isZero();
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void whatStaysMappedIsCheckedAtEachStep() throws Exception {
        write();
        try (Loaded loaded = new Loaded(STAYS_MAPPED)) {
            loaded.kept.beginStep();
            assertThat(loaded.kept.isRead()).isTrue();
            assertThat(matrices).allMatch(matrix -> matrix.bytes() == 0);
            Files.setLastModifiedTime(cache, FileTime.fromMillis(1));
            assertThatThrownBy(loaded.kept::beginStep).isInstanceOf(ModelFileChangedException.class);
        }
    }

    @Test
    void aFileThatChangesMeanwhileIsNotCopied() throws Exception {
        write();
        keeping.moving = () -> {
            try {
                Files.setLastModifiedTime(cache, FileTime.fromMillis(1));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        };
        try (Loaded loaded = new Loaded(COPIED)) {
            while (log.lines().isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(matrices.get(1).bytes()).isZero();
            assertThatThrownBy(loaded.kept::beginStep).isInstanceOf(ModelFileChangedException.class);
        }
        assertThat(log.lines()).singleElement().asString()
                .startsWith("WARNING " + cache + ": packed weights can't be copied")
                .contains("ModelFileChangedException");
    }

    @Test
    void withoutMemoryForCopiesTheyStayMapped() throws Exception {
        write();
        keeping.moving = () -> {
            throw new OutOfMemoryError("test");
        };
        try (Loaded loaded = new Loaded(COPIED)) {
            while (log.lines().isEmpty()) {
                Thread.onSpinWait();
            }
            loaded.kept.beginStep();
            assertThat(loaded.kept.isRead()).isTrue();
            assertThat(bytes(matrices.getFirst()).isMapped()).isTrue();
        }
        assertThat(log.lines()).singleElement().asString().startsWith("WARNING").contains("OutOfMemoryError: test");
    }

    /// A file that lacks a matrix: the others move, and then a whole file is written.
    @Test
    void copiesAndPackedMatricesMakeANewFile() throws Exception {
        try (GgufFile file = GgufFile.open(model); AheadArena memory = new AheadArena()) {
            try (PackedWeights first = PackedWeights.of(file, keeping.backend(), COPIED)) {
                tensors(file).stream().skip(1).forEach(tensor -> first.pack(tensor, memory));
                first.save();
            }
        }
        FileTime incomplete = Files.getLastModifiedTime(cache);
        long size = Files.size(cache);
        try (Loaded loaded = new Loaded(COPIED)) {
            awaitMoved(matrices);
            loaded.kept.beginStep();
        }
        assertThat(Files.size(cache)).isGreaterThan(size);
        FileTime complete = Files.getLastModifiedTime(cache);
        assertThat(complete).isGreaterThanOrEqualTo(incomplete);
        try (Loaded loaded = new Loaded(STAYS_MAPPED)) {
            assertThat(matrices).allMatch(matrix -> matrix.bytes() == 0);
            assertThat(loaded.kept.name()).isEqualTo(cache.toString());
        }
        assertThat(log.lines()).isEmpty();
    }
}
