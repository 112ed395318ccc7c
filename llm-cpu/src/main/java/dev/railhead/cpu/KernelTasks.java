package dev.railhead.cpu;

import dev.railhead.LoadMode;
import dev.railhead.cpu.KernelWarmUp.Task;
import dev.railhead.cpu.packed.PackedMatrix;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.KvRows;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;
import dev.railhead.spi.Workload;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The kernels of a model on small data, in the order in which a prompt of 8 tokens misses them most. They run through a
/// backend of their own with one thread, so that what is around the kernels is compiled too.
final class KernelTasks implements KernelWarmUp.Tasks {
    /// A loop is compiled after 600 calls and 15000 calls and rounds together (`Tier4MinInvocationThreshold`,
    /// `Tier4CompileThreshold`), so 24 rounds would do; types have groups of 32.
    private static final int COLUMNS = 32;

    /// So many calls on small matrices, then one on a matrix that has what a real one has, such as several chunks. What the
    /// compiler never saw it leaves out, to compile again when it comes.
    private static final int CALLS_PER_LARGE = 64;

    /// Query heads of a kv head that run all tiles with [Kernel#MANY] rows; latent attention has 128.
    private static final int MAX_GROUP = 16;

    /// Compiled kernels take 0.1 ns for a multiply-add, vectors as objects 10.
    private static final double NANOS_PER_MULTIPLY_ADD = 1;

    /// What comes before and after a kernel.
    static final long NANOS_PER_CALL = 2000;

    private final Arena arena = Arena.ofShared();
    private final Backend backend = new CpuBackend(WorkerPool.shared(), 1);
    private final RowTasks rowTasks = new RowTasks(backend);
    private final Workload workload;
    private final Set<Kernel> asked;
    private final AttentionShape shape; // one kv head

    /// @param asked kernels of row operations that the model has called for so far, beside those of [#rowOperations]; others may
    ///     add to it
    KernelTasks(Workload workload, Set<Kernel> asked) {
        this.workload = workload;
        this.asked = asked;
        AttentionShape all = workload.attention();
        int group = Math.min(all.headCount() / all.kvHeadCount(), MAX_GROUP);
        shape = new AttentionShape(group, 1, all.keyLength(), all.valueLength(),
                all.scale()).withSoftcap(all.softcap());
    }

    @Override
    public Iterator<Task> iterator() {
        return Stream.of(products(workload.layers(), 1), products(workload.output(), 1),
                products(workload.layers(), Kernel.fewRows()), rowOperations(),
                Stream.of(this).flatMap(KernelTasks::asked),
                Stream.of(1, Kernel.MANY).map(this::attention), products(workload.layers(), Kernel.manyRows()),
                Stream.of(this).flatMap(KernelTasks::asked))
                .flatMap(tasks -> tasks).iterator();
    }

    private Stream<Task> products(List<WeightType> types, int... rows) {
        return types.stream().flatMap(type -> IntStream.of(rows).mapToObj(count -> product(type, count)));
    }

    private Task product(WeightType type, int rows) {
        Runnable small = product(type, rows, PackedMatrix.PANEL, 1);
        Runnable large = product(type, rows, PackedMatrix.PANEL + 1, 2 * PackedMatrix.CHUNK / COLUMNS + 1);
        long work = (long) rows * PackedMatrix.PANEL * columns(type);
        return new Task(Kernel.matmul(type, workload.mode() == LoadMode.MAPPED, rows), new Runnable() {
            private int calls;

            @Override
            public void run() {
                (calls++ % CALLS_PER_LARGE == 1 ? large : small).run();
            }
        }, NANOS_PER_CALL + (long) (work * NANOS_PER_MULTIPLY_ADD));
    }

    /// At least [#COLUMNS] and whole blocks and groups.
    private static int columns(WeightType type) {
        int step = Math.max(type.blockSize(), type.activationGroup());
        return Math.ceilDiv(COLUMNS, step) * step;
    }

    private Runnable product(WeightType type, int rows, int outputs, int times) {
        int columns = columns(type) * times;
        MemorySegment data = arena.allocate(type.bytes((long) columns * outputs), Long.BYTES);
        Tensor tensor = new Tensor("warm-up", type, new long[]{columns, outputs}, data, "no file");
        Matrix[] matrix = {backend.pack(tensor, workload.mode(), arena)};
        Activations in = filled(rows, columns);
        Activations[] out = {new Activations(rows, outputs)};
        return () -> backend.matmul(in, rows, matrix, out);
    }

    static Activations filled(int rows, int columns) {
        Activations x = new Activations(rows, columns);
        for (int i = 0; i < x.values.length; i++) {
            x.values[i] = i % 7 - 3;
        }
        return x;
    }

    private Task attention(int rows) {
        KvLayout layout = new KvLayout(new int[]{1}, new int[]{shape.keyLength()},
                new int[]{shape.valueLength()}).withType(workload.kv());
        var page = new OnePage(layout, arena.allocate(layout.pageBytes(), Long.BYTES));
        Activations q = filled(rows, shape.headCount() * shape.keyLength());
        Activations out = new Activations(rows, shape.headCount() * shape.valueLength());
        backend.storeKeysValues(shape, 0, filled(rows, shape.keyLength()),
                filled(rows, shape.valueLength()), rows, page);
        long work = Attention.multiplyAdds(shape, rows, page);
        return new Task(Kernel.attention(workload.kv(), shape.softcap() > 0, rows),
                () -> backend.attention(shape, 0, q, rows, page, out),
                NANOS_PER_CALL + (long) (work * NANOS_PER_MULTIPLY_ADD));
    }

    /// Rows at the first positions of a sequence that fits a page.
    private record OnePage(KvLayout layout, MemorySegment page) implements KvRows {
        @Override
        public int position(int row) {
            return row;
        }

        @Override
        public int length(int row) {
            return KvLayout.PAGE_LENGTH;
        }

        @Override
        public MemorySegment page(int layer, int row, int index) {
            return page;
        }
    }

    private Stream<Task> rowOperations() {
        return Stream.of(Kernel.RMS_NORM, Kernel.activation(Activation.SILU), Kernel.ADD).map(rowTasks::task);
    }

    /// What the model has asked for by the time that this is looked at.
    private Stream<Task> asked() {
        return asked.stream().map(rowTasks::task);
    }

    @Override
    public void close() {
        backend.close();
        arena.close();
    }
}
