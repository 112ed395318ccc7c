package dev.railhead.cpu;

import dev.railhead.cpu.packed.ActivationTiles;
import dev.railhead.cpu.packed.PackedMatrix;
import dev.railhead.cpu.packed.PanelScratch;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Matrix;
import java.util.Arrays;

/// The matrix product of a backend: prepares the activations, then shares out the panels of all matrices, which are computed
/// chunk by chunk. A single row of activations goes to the form's decode loop, more rows as tiles meet unpacked weights.
final class Matmul {
    private static final int PANEL = PackedMatrix.PANEL;

    /// Multiply-adds below which other threads cost more than they bring: a few microseconds of work.
    static final long PARALLEL_WORK = 1 << 17;

    /// No matrix, so no activation group.
    private static final int NONE = -1;

    private final WorkerPool pool;
    private final int threads;
    private final WorkerScratch[] scratch;
    private final MatmulInput input;
    private final Region panels = this::panel;

    private Matrix[] weights = {};
    private Activations[] outs = {};
    private int firstRow;

    Matmul(WorkerPool pool, int threads, WorkerScratch[] scratch) {
        this.pool = pool;
        this.threads = threads;
        this.scratch = scratch;
        input = new MatmulInput(threads);
    }

    void run(Activations in, int rows, Matrix[] matrices, Activations[] outputs) {
        if (!shareInput(matrices)) {
            for (int i = 0; i < matrices.length; i++) {
                run(in, rows, new Matrix[]{matrices[i]}, new Activations[]{outputs[i]});
            }
            return;
        }
        weights = matrices;
        outs = outputs;
        for (int first = 0; first < rows; first += MatmulInput.MAX_ROWS) {
            firstRow = first;
            run(in, Math.min(MatmulInput.MAX_ROWS, rows - first));
        }
    }

    /// Whether all matrices of codes have the same activation group, and all of floats: hardly ever not.
    private static boolean shareInput(Matrix[] matrices) {
        for (Matrix matrix : matrices) {
            PackedMatrix packed = (PackedMatrix) matrix;
            if (packed.activationGroup() != activationGroup(matrices, packed.quantized())) {
                return false;
            }
        }
        return true;
    }

    /// The activation group of the first matrix of codes, or of floats, or [#NONE].
    private static int activationGroup(Matrix[] matrices, boolean quantized) {
        for (Matrix matrix : matrices) {
            PackedMatrix packed = (PackedMatrix) matrix;
            if (packed.quantized() == quantized) {
                return packed.activationGroup();
            }
        }
        return NONE;
    }

    private void run(Activations in, int rows) {
        int items = 0;
        long work = 0;
        for (Matrix matrix : weights) {
            PackedMatrix packed = (PackedMatrix) matrix;
            items += packed.panels();
            work += (long) rows * packed.rows() * packed.columns();
        }
        input.start(in.values, firstRow * in.columns, rows, in.columns);
        int useful = work < PARALLEL_WORK ? 1 : threads;
        int rowThreads = (long) rows * in.columns < PARALLEL_WORK / 8 ? 1 : useful;
        int codesGroup = activationGroup(weights, true);
        if (codesGroup != NONE) {
            input.quantize(pool, rowThreads, codesGroup, reads(ActivationTiles.Input.CODES),
                    reads(ActivationTiles.Input.PAIRS));
        }
        int floatsGroup = activationGroup(weights, false);
        if (floatsGroup != NONE) {
            input.gather(pool, rowThreads, floatsGroup);
        }
        pool.run(useful, items, panels);
    }

    /// Whether a matrix reads so.
    private boolean reads(ActivationTiles.Input kind) {
        for (Matrix matrix : weights) {
            PackedMatrix packed = (PackedMatrix) matrix;
            if (input.hasTiles() && packed.input() == kind || input.hasSingles() && packed.singleInput() == kind) {
                return true;
            }
        }
        return false;
    }

    private void panel(int item, int worker) {
        int panel = item;
        int index = 0;
        PackedMatrix matrix = (PackedMatrix) weights[0];
        while (panel >= matrix.panels()) {
            panel -= matrix.panels();
            matrix = (PackedMatrix) weights[++index];
        }
        WorkerScratch own = scratch[worker];
        float[] acc = own.outputs(input.rows());
        PanelScratch chunk = own.panel(matrix.chunkLength());
        Arrays.fill(acc, 0, input.rows() * PANEL, 0f);
        for (int from = 0; from < matrix.columns(); from += matrix.chunkLength()) {
            chunk(matrix, panel, from, chunk, acc);
        }
        store(acc, matrix, panel, outs[index]);
    }

    private void chunk(PackedMatrix matrix, int panel, int from, PanelScratch chunk, float[] acc) {
        int length = Math.min(matrix.chunkLength(), matrix.columns() - from);
        boolean few = input.few();
        boolean unpacked = false;
        matrix.begin(panel, from, length, chunk);
        for (int tile = 0; tile < input.tiles(); tile++) {
            int start = input.tileStart(tile);
            int size = input.tileSize(tile);
            if (few && size == 1 && matrix.decode(panel, from, length, input.x, start, chunk, acc)) {
                continue;
            }
            if (!unpacked) {
                matrix.unpack(panel, from, length, few, chunk);
                unpacked = true;
            }
            matrix.multiply(chunk, matrix.panelRows(panel), input.x, start, size, from, length, acc);
        }
    }

    private void store(float[] acc, PackedMatrix matrix, int panel, Activations out) {
        for (int t = 0; t < input.rows(); t++) {
            System.arraycopy(acc, t * PANEL, out.values, (firstRow + t) * out.columns + panel * PANEL,
                    matrix.panelRows(panel));
        }
    }
}
