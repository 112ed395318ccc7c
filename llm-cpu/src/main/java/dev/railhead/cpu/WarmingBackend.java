package dev.railhead.cpu;

import dev.railhead.KvCacheType;
import dev.railhead.LoadMode;
import dev.railhead.core.reference.PlainProduct;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.cpu.packed.PackedMatrix;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import dev.railhead.spi.KvRows;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.RopeStyle;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The Vector API backend from the first call on. Until the compiler has translated a kernel, each of its vectors is an
/// object and it is a hundred times slower than a plain loop. So while a [KernelWarmUp] runs in the background, small
/// operations whose kernels are not compiled yet go to the reference backend, which computes the same bits.
final class WarmingBackend implements Backend {
    /// Multiply-adds up to which plain loops, at some 1 ns each, are done before a kernel would be compiled by running it:
    /// 100 to 300 ms.
    private static final long PLAIN_WORK = 1 << 27;

    private final CpuBackend cpu;
    private final WorkerPool pool;
    private final int threads;
    private final ReferenceBackend plain = new ReferenceBackend();
    private @Nullable KernelWarmUp warmUp;

    WarmingBackend(WorkerPool pool, int threads) {
        this.pool = pool;
        this.threads = threads;
        cpu = new CpuBackend(pool, threads);
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
    public void warmUp(List<WeightType> weights, LoadMode mode, AttentionShape shape, KvCacheType kv) {
        warmUp = KernelWarmUp.start(new KernelTasks(weights, mode, shape, kv));
    }

    /// Whether an operation is done sooner in plain loops.
    private boolean plain(long work, boolean compiled) {
        KernelWarmUp running = warmUp;
        if (running == null) {
            return false;
        }
        if (running.hasEnded()) {
            warmUp = null;
            return false;
        }
        return work <= PLAIN_WORK && !compiled;
    }

    @Override
    public long packedBytes(Tensor tensor, LoadMode mode) {
        return cpu.packedBytes(tensor, mode);
    }

    @Override
    public Matrix pack(Tensor tensor, LoadMode mode, Arena arena) {
        return cpu.pack(tensor, mode, arena);
    }

    @Override
    public void matmul(Activations in, int rows, Matrix[] weights, Activations[] outs) {
        if (warmUp == null || !plain(work(rows, weights), compiled(rows, weights))) {
            cpu.matmul(in, rows, weights, outs);
            return;
        }
        CpuBackend.check(in, weights, outs);
        for (int i = 0; i < weights.length; i++) {
            PackedMatrix weight = (PackedMatrix) weights[i];
            PlainProduct product = new PlainProduct(weight, in, rows, outs[i]);
            pool.run(threads, weight.panels(), (panel, worker) -> {
                int first = panel * PackedMatrix.PANEL;
                product.compute(first, first + weight.panelRows(panel));
            });
        }
    }

    private static long work(int rows, Matrix[] weights) {
        long work = 0;
        for (Matrix weight : weights) {
            work += (long) rows * weight.rows() * weight.columns();
        }
        return work;
    }

    private static boolean compiled(int rows, Matrix[] weights) {
        for (Matrix weight : weights) {
            if (weight instanceof PackedMatrix packed
                    && !Kernel.matmulCompiled(packed.type(), packed.mapped(), rows)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void rmsNorm(Activations in, int rows, float[] weight, float epsilon, Activations out) {
        backend((long) rows * in.columns, Kernel.RMS_NORM).rmsNorm(in, rows, weight, epsilon, out);
    }

    private Backend backend(long work, Kernel kernel) {
        return warmUp != null && plain(work, kernel.isCompiled()) ? plain : cpu;
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
        Backend chosen = warmUp == null
                ? cpu
                : backend(Attention.multiplyAdds(shape, rows, kv), Kernel.attention(kv.layout().type(), rows));
        chosen.attention(shape, layer, q, rows, kv, out);
    }

    @Override
    public void swiGlu(Activations gate, Activations up, int rows) {
        backend((long) rows * gate.columns, Kernel.SWI_GLU).swiGlu(gate, up, rows);
    }

    @Override
    public void add(Activations x, Activations y, int rows) {
        backend((long) rows * x.columns, Kernel.ADD).add(x, y, rows);
    }

    @Override
    public void addBias(Activations x, int rows, float[] bias) {
        backend((long) rows * x.columns, Kernel.ADD).addBias(x, rows, bias);
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
