package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.LANES;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// 16-bit floats: `int[(K + 1) / 2][PANEL]`, an even k in the low half and the next one in the high half. The last half is
/// zero and not used if K is odd.
abstract class Float16Matrix extends PackedMatrix {
    /// Bytes from one pair of k to the next.
    static final int PAIR_BYTES = PANEL * Integer.BYTES;

    /// Bytes from one k of unpacked weights to the next.
    static final long WEIGHT_PITCH = PanelScratch.SLICE_PITCH;

    private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(Width.ORDER);

    private final MemorySegment data;

    Float16Matrix(Tensor tensor, MemorySegment data) {
        super(tensor);
        this.data = data;
    }

    static long panelBytes(long columns) {
        return Math.multiplyExact((columns + 1) / 2, (long) PAIR_BYTES);
    }

    abstract int bits(float value);

    abstract float value(int bits);

    /// Whether the loops can widen this value.
    abstract boolean allowed(float value);

    abstract void unpackLanes(MemorySegment data, long at, int pairs, MemorySegment out, long to);

    /// Adds the products of two vectors of rows to `out`, from `to`.
    ///
    /// @param length number of k
    abstract void decodeLanes(MemorySegment data, long at, int length, float[] x, int xAt, float[] out, int to);

    /// Packs one panel.
    ///
    /// @param values `float[columns]`, working memory
    /// @return false if a value is not allowed in this form
    final boolean pack(Tensor tensor, int panel, float[] values) {
        boolean allowed = true;
        for (int r = 0; r < panelRows(panel); r++) {
            long first = (panel * (long) PANEL + r) * columns();
            tensor.type().decode(tensor.data(), tensor.type().bytes(first), values, 0, columns());
            for (int pair = 0; pair < (columns() + 1) / 2; pair++) {
                float even = values[2 * pair];
                float odd = 2 * pair + 1 < columns() ? values[2 * pair + 1] : 0f;
                allowed &= allowed(even) && allowed(odd);
                data.set(INT, laneAt(panel, pair, r), bits(even) & 0xFFFF | bits(odd) << 16);
            }
        }
        return allowed;
    }

    private long laneAt(int panel, int pair, int row) {
        return panel * panelBytes(columns()) + (long) pair * PAIR_BYTES + row * Integer.BYTES;
    }

    @Override
    public final long bytes() {
        return data.byteSize();
    }

    @Override
    public final void begin(int panel, int from, int length, boolean few, PanelScratch out) {
        // no scales
    }

    @Override
    public final void unpack(int panel, int from, int length, boolean few, PanelScratch out) {
        int whole = length + length % 2;
        MemorySegment w = out.useOwn(whole);
        for (int row = 0; row < PANEL; row += LANES) {
            unpackLanes(data, laneAt(panel, from / 2, row), whole / 2, w,
                    PanelScratch.sliceAt(whole, row) + row % PanelScratch.SLICE_ROWS * Float.BYTES);
        }
    }

    @Override
    public final boolean decode(int panel, int from, int length, ActivationTiles x, int start, PanelScratch scratch,
            float[] acc) {
        for (int row = 0; row < PANEL; row += 2 * LANES) {
            decodeLanes(data, laneAt(panel, from / 2, row), length, x.values, start * columns() + from, acc,
                    start * PANEL + row);
        }
        return true;
    }

    @Override
    public final void row(int row, float[] out, int offset) {
        for (int k = 0; k < columns(); k++) {
            int lanes = data.get(INT, laneAt(row / PANEL, k / 2, row % PANEL));
            out[offset + k] = value(k % 2 == 0 ? lanes & 0xFFFF : lanes >>> 16);
        }
    }
}
