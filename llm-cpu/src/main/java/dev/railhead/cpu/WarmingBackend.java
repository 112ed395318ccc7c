package dev.railhead.cpu;

import dev.railhead.LoadMode;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import dev.railhead.spi.KvRows;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.PackedBytes;
import dev.railhead.spi.RopeStyle;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.Workload;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The Vector API backend from the first call on. Until the compiler has translated a kernel, each of its vectors is an
/// object and it is a hundred times slower than a plain loop. So while a [KernelWarmUp] runs in the background, small
/// operations whose kernels are not compiled yet go to the reference backend, which computes the same bits.
final class WarmingBackend implements Backend {
    /// Plain loops give the first token of a smaller model sooner than kernels could be compiled; the warm-up begins when
    /// that token is there and leaves the processors alone before, or when it sees a long prompt or many short ones.
    private static final long SMALL_BYTES = 1 << 25;

    /// Products of a step: four for each layer of a deep small model.
    private static final int FIRST_CALLS = 256;

    /// Multiply-adds of a product that take plain loops as long as one of attention, which looks up each number in its page.
    private static final int PLAIN_ATTENTION = 8;

    private final CpuBackend cpu;
    private final ReferenceBackend plain = new ReferenceBackend();
    private final ColdProducts products;
    private final Set<Kernel> asked = ConcurrentHashMap.newKeySet(); // beside those that every model has
    private @Nullable KernelWarmUp warmUp;
    private long bytes; // of all tensors so far, packed or restored
    private int calls; // products so far

    WarmingBackend(WorkerPool pool, int threads) {
        cpu = new CpuBackend(pool, threads);
        products = new ColdProducts(cpu, pool, threads);
    }

    @Override
    public String name() {
        return cpu.name();
    }

    @Override
    public String description() {
        return cpu.description();
    }

    @Override
    public void warmUp(Workload workload) {
        warmUp = new KernelWarmUp(() -> new KernelTasks(workload, asked));
    }

    /// Whether kernels may be about to be compiled.
    private boolean cold() {
        KernelWarmUp running = warmUp;
        if (running != null && running.hasEnded()) {
            warmUp = null;
        }
        return warmUp != null;
    }

    /// Who is done first with an operation of so many multiply-adds or values.
    private Backend first(long work, Kernel kernel) {
        return cold() && work <= ColdProducts.PLAIN_WORK && !kernel.isCompiled() ? plain : cpu;
    }

    /// As [#first], of a kernel that not every model has: says that this one does.
    private Backend firstAsked(Activations x, int rows, Kernel kernel) {
        if (cold()) {
            asked.add(kernel);
        }
        return first((long) rows * x.columns, kernel);
    }

    @Override
    public long packedBytes(Tensor tensor, LoadMode mode) {
        return cpu.packedBytes(tensor, mode);
    }

    @Override
    public Matrix pack(Tensor tensor, LoadMode mode, Arena arena) {
        count(tensor);
        return cpu.pack(tensor, mode, arena);
    }

    private void count(Tensor tensor) {
        bytes += tensor.data().byteSize();
        if (warmUp != null && bytes > SMALL_BYTES) {
            warmUp.begin();
        }
    }

    @Override
    public Optional<String> packedLayout() {
        return cpu.packedLayout();
    }

    @Override
    public Matrix restore(Tensor tensor, PackedBytes packed) {
        Matrix matrix = cpu.restore(tensor, packed);
        count(tensor);
        return matrix;
    }

    @Override
    public void matmul(Activations in, int rows, Matrix[] weights, Activations[] outs) {
        if (warmUp != null && (rows > ColdProducts.FEW_ROWS || ++calls > FIRST_CALLS)) {
            warmUp.begin();
        }
        if (!cold() || !products.matmul(in, rows, weights, outs)) {
            cpu.matmul(in, rows, weights, outs);
        }
        if (warmUp != null && rows == 1) {
            warmUp.begin();
        }
    }

    @Override
    public void matmulParts(Activations in, int rows, Matrix[] weights, Activations out) {
        if (cold() && !ColdProducts.compiled(rows, weights)) {
            Backend.super.matmulParts(in, rows, weights, out);
        } else {
            cpu.matmulParts(in, rows, weights, out);
        }
    }

    @Override
    public void rmsNorm(Activations in, int rows, float[] weight, float epsilon, Activations out) {
        first((long) rows * in.columns, Kernel.RMS_NORM).rmsNorm(in, rows, weight, epsilon, out);
    }

    @Override
    public void layerNorm(Activations in, int rows, float[] weight, float @Nullable [] bias, float epsilon,
            Activations out) {
        firstAsked(in, rows, Kernel.LAYER_NORM).layerNorm(in, rows, weight, bias, epsilon, out);
    }

    @Override
    public void rope(Activations x, int rows, int headCount, int headLength, RopeStyle style, Activations cos,
            Activations sin) {
        cpu.rope(x, rows, headCount, headLength, style, cos, sin);
    }

    @Override
    public void storeKeysValues(AttentionShape shape, int layer, Activations k, Activations v, int rows, KvRows kv) {
        cpu.storeKeysValues(shape, layer, k, v, rows, kv);
    }

    @Override
    public void attention(AttentionShape shape, int layer, Activations q, int rows, KvRows kv, Activations out) {
        Backend backend = cpu;
        if (cold()) {
            Kernel kernel = Kernel.attention(kv.layout().type(), shape.softcap() > 0, rows);
            backend = first(PLAIN_ATTENTION * Attention.multiplyAdds(shape, rows, kv), kernel);
        }
        backend.attention(shape, layer, q, rows, kv, out);
    }

    @Override
    public void gate(Activation function, Activations gate, Activations up, int rows) {
        firstAsked(gate, rows, Kernel.activation(function)).gate(function, gate, up, rows);
    }

    @Override
    public void activate(Activation function, Activations x, int rows) {
        firstAsked(x, rows, Kernel.activation(function)).activate(function, x, rows);
    }

    @Override
    public void softcap(Activations x, int rows, float cap) {
        firstAsked(x, rows, Kernel.SOFTCAP).softcap(x, rows, cap);
    }

    @Override
    public void add(Activations x, Activations y, int rows) {
        first((long) rows * x.columns, Kernel.ADD).add(x, y, rows);
    }

    @Override
    public void addBias(Activations x, int rows, float[] bias) {
        first((long) rows * x.columns, Kernel.ADD).addBias(x, rows, bias);
    }

    @Override
    public void close() {
        KernelWarmUp running = warmUp;
        if (running != null) {
            running.stop();
        }
        cpu.close();
    }
}
