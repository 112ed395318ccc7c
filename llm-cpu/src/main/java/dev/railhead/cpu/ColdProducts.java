package dev.railhead.cpu;

import dev.railhead.core.reference.PlainProduct;
import dev.railhead.cpu.packed.PackedMatrix;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Matrix;

/// Matrix products whose kernels are not compiled yet. The bits are the same whichever way is taken.
final class ColdProducts {
    /// Multiply-adds up to which plain loops, at some 1 ns each, are done before a kernel would be compiled by running it:
    /// 100 to 300 ms.
    static final long PLAIN_WORK = 1 << 27;

    /// Rows that go one by one through the kernel of a single row, as soon as that is compiled: the weights are read once
    /// for each, which costs a model of 700 MB 25 ms.
    static final int FEW_ROWS = MatmulInput.FEW_ROWS;

    private final CpuBackend cpu;
    private final WorkerPool pool;
    private final int threads;

    ColdProducts(CpuBackend cpu, WorkerPool pool, int threads) {
        this.cpu = cpu;
        this.pool = pool;
        this.threads = threads;
    }

    /// As [CpuBackend#matmul].
    ///
    /// @return false if nothing was done because the kernels are the best way, compiled or not
    boolean matmul(Activations in, int rows, Matrix[] weights, Activations[] outs) {
        CpuBackend.check(in, weights, outs);
        if (compiled(rows, weights)) {
            return false;
        }
        if (rows <= FEW_ROWS && compiled(1, weights)) {
            rowByRow(in, rows, weights, outs);
            return true;
        }
        if (work(rows, weights) > PLAIN_WORK) {
            return false;
        }
        for (int i = 0; i < weights.length; i++) {
            plain(in, rows, (PackedMatrix) weights[i], outs[i]);
        }
        return true;
    }

    /// Whether the kernels of a product are.
    static boolean compiled(int rows, Matrix[] weights) {
        for (Matrix weight : weights) {
            PackedMatrix packed = (PackedMatrix) weight;
            if (!Kernel.matmulCompiled(packed.type(), packed.mapped(), rows)) {
                return false;
            }
        }
        return true;
    }

    private static long work(int rows, Matrix[] weights) {
        long work = 0;
        for (Matrix weight : weights) {
            work += (long) rows * weight.rows() * weight.columns();
        }
        return work;
    }

    private void rowByRow(Activations in, int rows, Matrix[] weights, Activations[] outs) {
        Activations oneIn = new Activations(1, in.columns);
        Activations[] oneOuts = new Activations[outs.length];
        for (int i = 0; i < outs.length; i++) {
            oneOuts[i] = new Activations(1, outs[i].columns);
        }
        for (int r = 0; r < rows; r++) {
            System.arraycopy(in.values, r * in.columns, oneIn.values, 0, in.columns);
            cpu.matmul(oneIn, 1, weights, oneOuts);
            for (int i = 0; i < outs.length; i++) {
                System.arraycopy(oneOuts[i].values, 0, outs[i].values, r * outs[i].columns, outs[i].columns);
            }
        }
    }

    private void plain(Activations in, int rows, PackedMatrix weight, Activations out) {
        PlainProduct product = new PlainProduct(weight, in, rows, out);
        pool.run(threads, weight.panels(), (panel, worker) -> {
            int first = panel * PackedMatrix.PANEL;
            product.compute(first, first + weight.panelRows(panel));
        });
    }
}
