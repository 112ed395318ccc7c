package dev.railhead.cpu;

import dev.railhead.LoadMode;
import dev.railhead.cpu.packed.PackedForms;
import dev.railhead.cpu.packed.PackedMatrix;
import dev.railhead.cpu.packed.Packer;
import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import dev.railhead.spi.KvRows;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.PackedBytes;
import dev.railhead.spi.RopeStyle;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The operations with the Vector API, on the threads of the shared [WorkerPool].
final class CpuBackend implements Backend {
    private final WorkerPool pool;
    private final int threads;
    private final WorkerScratch[] scratch;
    private final Matmul matmul;
    private final PartProducts partProducts;
    private final RowOperations rowOperations;
    private final ValueOperations valueOperations;
    private final KeyValueStore keyValueStore;
    private final Attention attention;

    CpuBackend(WorkerPool pool, int threads) {
        this.pool = pool;
        this.threads = threads;
        scratch = new WorkerScratch[threads];
        for (int i = 0; i < threads; i++) {
            scratch[i] = new WorkerScratch();
        }
        matmul = new Matmul(pool, threads, scratch);
        partProducts = new PartProducts(pool, scratch);
        rowOperations = new RowOperations(pool, threads);
        valueOperations = new ValueOperations(pool, threads);
        keyValueStore = new KeyValueStore(pool, threads);
        attention = new Attention(pool, threads, scratch);
    }

    @Override
    public String name() {
        return CpuBackendProvider.NAME;
    }

    @Override
    public String description() {
        return "cpu (Vector API, " + Width.BITS + " bit, " + threads + (threads == 1 ? " thread)" : " threads)");
    }

    @Override
    public long packedBytes(Tensor tensor, LoadMode mode) {
        return mode == LoadMode.MAPPED ? 0 : Packer.bytes(tensor);
    }

    @Override
    public Matrix pack(Tensor tensor, LoadMode mode, Arena arena) {
        return mode == LoadMode.MAPPED ? Packer.map(tensor) : Packer.pack(tensor, arena, this::forEachPanel);
    }

    @Override
    public Optional<String> packedLayout() {
        return Optional.of(PackedForms.layout());
    }

    @Override
    public Matrix restore(Tensor tensor, PackedBytes packed) {
        return PackedForms.restore(tensor, packed);
    }

    private void forEachPanel(int count, IntConsumer task) {
        pool.run(threads, count, (panel, worker) -> task.accept(panel));
    }

    @Override
    public void matmul(Activations in, int rows, Matrix[] weights, Activations[] outs) {
        check(in, weights, outs);
        matmul.run(in, rows, weights, outs);
    }

    @Override
    public void matmulParts(Activations in, int rows, Matrix[] weights, Activations out) {
        partProducts.run(in, rows, weights, out);
    }

    /// Refuses matrices of other backends and shapes that don't fit.
    static void check(Activations in, Matrix[] weights, Activations[] outs) {
        for (int i = 0; i < weights.length; i++) {
            check(in, weights[i], outs[i]);
        }
    }

    private static void check(Activations in, Matrix weight, Activations out) {
        if (!(weight instanceof PackedMatrix)) {
            throw new IllegalArgumentException("matrix '" + weight.name() + "' was not packed by this backend");
        }
        if (weight.columns() != in.columns || weight.rows() != out.columns) {
            throw new IllegalArgumentException(
                    "matrix '" + weight.name() + "': expected activations of " + weight.columns() + " and outputs of "
                            + weight.rows() + " columns, found " + in.columns + " and " + out.columns);
        }
    }

    @Override
    public void rmsNorm(Activations in, int rows, float[] weight, float epsilon, Activations out) {
        rowOperations.rmsNorm(in, rows, weight, epsilon, out);
    }

    @Override
    public void layerNorm(Activations in, int rows, float[] weight, float @Nullable [] bias, float epsilon,
            Activations out) {
        rowOperations.layerNorm(in, rows, weight, bias, epsilon, out);
    }

    @Override
    public void rope(Activations x, int rows, int headCount, int headLength, RopeStyle style, Activations cos,
            Activations sin) {
        rowOperations.rope(x, rows, headCount, headLength, style, cos, sin);
    }

    @Override
    public void storeKeysValues(AttentionShape shape, int layer, Activations k, Activations v, int rows, KvRows kv) {
        keyValueStore.run(shape, layer, k, v, rows, kv);
    }

    @Override
    public void attention(AttentionShape shape, int layer, Activations q, int rows, KvRows kv, Activations out) {
        attention.run(new AttentionWork(shape, layer, q, rows, kv, out));
    }

    @Override
    public void gate(Activation function, Activations gate, Activations up, int rows) {
        valueOperations.gate(function, gate, up, rows);
    }

    @Override
    public void activate(Activation function, Activations x, int rows) {
        valueOperations.activate(function, x, rows);
    }

    @Override
    public void softcap(Activations x, int rows, float cap) {
        valueOperations.softcap(x, rows, cap);
    }

    @Override
    public void add(Activations x, Activations y, int rows) {
        valueOperations.add(x, y, rows);
    }

    @Override
    public void addBias(Activations x, int rows, float[] bias) {
        rowOperations.addBias(x, rows, bias);
    }

    @Override
    public void close() {
        for (WorkerScratch own : scratch) {
            own.close();
        }
    }
}
