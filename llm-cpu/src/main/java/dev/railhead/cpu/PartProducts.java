package dev.railhead.cpu;

import dev.railhead.spi.Activations;
import dev.railhead.spi.Matrix;
import java.util.HashMap;
import java.util.Map;

/// Products of the parts of rows, each with a matrix of its own: heads are many and their matrices small, so threads take whole
/// parts, instead of sharing out the panels of one after the other.
final class PartProducts {
    private final WorkerPool pool;
    private final Own[] workers;
    private final Region parts = this::part;

    private Activations in = new Activations(0, 0);
    private Activations out = in;
    private Matrix[] weights = {};
    private int rows;

    /// What a thread works with.
    private static final class Own {
        private final Matmul matmul;
        private final Map<Integer, Activations> inputs = new HashMap<>(); // by columns
        private final Map<Integer, Activations> outputs = new HashMap<>();

        Own(WorkerPool pool, WorkerScratch scratch) {
            matmul = new Matmul(pool, 1, new WorkerScratch[]{scratch});
        }

        static Activations grown(Map<Integer, Activations> buffers, int rows, int columns) {
            return buffers.compute(columns,
                    (key, old) -> old == null || old.capacity() < rows ? new Activations(rows, columns) : old);
        }
    }

    /// @param scratch of each thread
    PartProducts(WorkerPool pool, WorkerScratch[] scratch) {
        this.pool = pool;
        workers = new Own[scratch.length];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Own(pool, scratch[i]);
        }
    }

    /// As [dev.railhead.spi.Backend#matmulParts].
    void run(Activations input, int rowCount, Matrix[] matrices, Activations output) {
        in = input;
        out = output;
        weights = matrices;
        rows = rowCount;
        long work = (long) rows * matrices.length * matrices[0].rows() * matrices[0].columns();
        pool.run(work < Matmul.PARALLEL_WORK ? 1 : workers.length, matrices.length, parts);
    }

    private void part(int part, int worker) {
        Matrix weight = weights[part];
        Own own = workers[worker];
        Activations x = Own.grown(own.inputs, rows, weight.columns());
        Activations y = Own.grown(own.outputs, rows, weight.rows());
        int inPart = in.columns / weights.length;
        int outPart = out.columns / weights.length;
        in.copyColumns(part * inPart, x, 0, x.columns, rows);
        Matrix[] one = {weight};
        Activations[] result = {y};
        CpuBackend.check(x, one, result);
        own.matmul.run(x, rows, one, result);
        y.copyColumns(0, out, (part + 1) * outPart - y.columns, y.columns, rows);
    }
}
