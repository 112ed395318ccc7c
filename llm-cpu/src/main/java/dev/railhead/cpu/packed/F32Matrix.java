package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.railhead.spi.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/// 32-bit floats: `float[K][PANEL]`, which is what the kernels compute with, so there is nothing to unpack.
final class F32Matrix extends StoredMatrix {
    private static final ValueLayout.OfFloat FLOAT = JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
    private static final int K_BYTES = PANEL * Float.BYTES;

    F32Matrix(Tensor tensor, MemorySegment data) {
        super(tensor, data);
    }

    static long panelBytes(long columns) {
        return Math.multiplyExact(columns, (long) K_BYTES);
    }

    /// Packs one panel.
    ///
    /// @return true
    boolean pack(int panel, FloatBuffer buffer) {
        return buffer.rows.pack(panel * PANEL, panelRows(panel), (from, inRun, length) -> {
            buffer.words.clearFrom(panelRows(panel));
            for (int r = 0; r < panelRows(panel); r++) {
                buffer.decode(r, inRun, length);
            }
            buffer.words.store(length, data(), at(panel, from));
            return true;
        });
    }

    private long at(int panel, int k) {
        return ((long) panel * columns() + k) * K_BYTES;
    }

    @Override
    String form() {
        return PackedForms.F32;
    }

    @Override
    public void begin(int panel, int from, int length, PanelScratch out) {
        out.begin(data(), at(panel, from), (long) length * K_BYTES);
    }

    @Override
    public void unpack(int panel, int from, int length, boolean few, PanelScratch out) {
        out.use(out.packed, out.packedAt);
    }

    @Override
    public boolean decode(int panel, int from, int length, ActivationTiles x, int start, PanelScratch scratch,
            float[] acc) {
        for (int row = 0; row < PANEL; row += 4 * LANES) {
            decodeLanes(scratch.packed, scratch.packedAt + row * Float.BYTES, length, x.values,
                    start * columns() + from, acc, start * PANEL + row);
        }
        return true;
    }

    private static void decodeLanes(MemorySegment data, long at, int length, float[] x, int xAt, float[] out,
            int row) {
        FloatVector a = FloatVector.fromArray(FLOATS, out, row);
        FloatVector b = FloatVector.fromArray(FLOATS, out, row + LANES);
        FloatVector c = FloatVector.fromArray(FLOATS, out, row + 2 * LANES);
        FloatVector d = FloatVector.fromArray(FLOATS, out, row + 3 * LANES);
        for (int k = 0; k < length; k++) {
            long from = at + k * (long) K_BYTES;
            FloatVector xk = FloatVector.broadcast(FLOATS, x[xAt + k]);
            a = load(data, from).fma(xk, a);
            b = load(data, from + LANES * Float.BYTES).fma(xk, b);
            c = load(data, from + 2 * LANES * Float.BYTES).fma(xk, c);
            d = load(data, from + 3 * LANES * Float.BYTES).fma(xk, d);
        }
        a.intoArray(out, row);
        b.intoArray(out, row + LANES);
        c.intoArray(out, row + 2 * LANES);
        d.intoArray(out, row + 3 * LANES);
    }

    private static FloatVector load(MemorySegment data, long at) {
        return FloatVector.fromMemorySegment(FLOATS, data, at, ORDER);
    }

    @Override
    public void row(int row, float[] out, int offset) {
        MemorySegment data = data();
        for (int k = 0; k < columns(); k++) {
            out[offset + k] = data.get(FLOAT, at(row / PANEL, k) + row % PANEL * Float.BYTES);
        }
    }
}
