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
        private final Matrix[] weight = new Matrix[1];
        private final Activations[] result = new Activations[1];
        private Activations x = new Activations(0, 0);
        private Activations y = x;

        Own(WorkerPool pool, WorkerScratch scratch) {
            matmul = new Matmul(pool, 1, new WorkerScratch[]{scratch});
        }

        /// Once for all parts, which have one shape.
        void prepare(int rows, Matrix shape) {
            x = grown(inputs, rows, shape.columns());
            y = grown(outputs, rows, shape.rows());
            result[0] = y;
        }

        private static Activations grown(Map<Integer, Activations> buffers, int rows, int columns) {
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
        int threads = work < Matmul.PARALLEL_WORK ? 1 : workers.length;
        for (int i = 0; i < threads; i++) {
            workers[i].prepare(rows, matrices[0]);
        }
        pool.run(threads, matrices.length, parts);
    }

    private void part(int part, int worker) {
        Own own = workers[worker];
        own.weight[0] = weights[part];
        CpuBackend.check(own.x, own.weight, own.result);
        int inPart = in.columns / weights.length;
        int outPart = out.columns / weights.length;
        in.copyColumns(part * inPart, own.x, 0, own.x.columns, rows);
        own.matmul.run(own.x, rows, own.weight, own.result);
        own.y.copyColumns(0, out, (part + 1) * outPart - own.y.columns, own.y.columns, rows);
    }
}
