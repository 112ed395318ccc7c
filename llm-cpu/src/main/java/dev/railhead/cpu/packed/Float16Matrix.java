package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.LANES;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// 16-bit floats: `int[(K + 1) / 2][PANEL]`, an even k in the low half and the next one in the high half. The last half is
/// zero and not used if K is odd.
abstract class Float16Matrix extends StoredMatrix {
    /// Bytes from one pair of k to the next.
    static final int PAIR_BYTES = PANEL * Integer.BYTES;

    /// Bytes of a vector of pairs.
    static final long VECTOR_BYTES = LANES * Integer.BYTES;

    /// As [#PAIR_BYTES], for one k.
    static final int K_BYTES = PAIR_BYTES / 2;

    /// Bytes from one k of unpacked weights to the next.
    static final long WEIGHT_PITCH = PanelScratch.SLICE_PITCH;

    private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(Width.ORDER);

    private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(Width.ORDER);

    /// Values of a row that make a chunk of words.
    static final int VALUES = 2 * PanelWords.LENGTH;

    Float16Matrix(Tensor tensor, MemorySegment data) {
        super(tensor, data);
    }

    static long panelBytes(long columns) {
        return Math.multiplyExact((columns + 1) / 2, (long) PAIR_BYTES);
    }

    abstract float value(int bits);

    /// Whether the loops can widen both halves of a word.
    abstract boolean allowed(int pair);

    abstract void unpackLanes(MemorySegment data, long at, int pairs, MemorySegment out, long to);

    /// Packs one panel. The file has the same halves, row by row.
    ///
    /// @return false if a value is not allowed in this form
    final boolean pack(int panel, FloatBuffer buffer) {
        return buffer.rows.pack(panel * PANEL, panelRows(panel), (from, inRun, length) -> {
            buffer.words.clearFrom(panelRows(panel));
            boolean allowed = true;
            for (int r = 0; r < panelRows(panel); r++) {
                allowed &= copy(r, inRun, length, buffer);
            }
            buffer.words.store((length + 1) / 2, data(), laneAt(panel, from / 2, 0));
            return allowed;
        });
    }

    private boolean copy(int row, int from, int length, FloatBuffer buffer) {
        MemorySegment halves = buffer.rows.segment;
        int at = buffer.rows.at(row, from);
        int pairs = length / 2;
        buffer.words.set(row, halves, at, pairs);
        if (length % 2 != 0) {
            buffer.words.set(row, pairs, halves.get(SHORT, at + (length - 1L) * Short.BYTES) & 0xFFFF);
        }
        boolean allowed = true;
        for (int pair = 0; pair < pairs + length % 2; pair++) {
            allowed &= allowed(buffer.words.get(row, pair));
        }
        return allowed;
    }

    private long laneAt(int panel, int pair, int row) {
        return panel * panelBytes(columns()) + (long) pair * PAIR_BYTES + row * Integer.BYTES;
    }

    /// Fetches nothing ahead: the loops have so few instructions that the processor looks ahead far enough.
    @Override
    public final void begin(int panel, int from, int length, PanelScratch out) {
        MemorySegment data = data();
        long at = laneAt(panel, from / 2, 0);
        out.begin(data, at, (length + 1) / 2 * (long) PAIR_BYTES);
    }

    @Override
    public final void unpack(int panel, int from, int length, boolean few, PanelScratch out) {
        int whole = length + length % 2;
        MemorySegment w = out.useOwn(whole);
        for (int row = 0; row < PANEL; row += LANES) {
            unpackLanes(out.packed, out.packedAt + row * Integer.BYTES, whole / 2, w,
                    PanelScratch.sliceAt(whole, row) + row % PanelScratch.SLICE_ROWS * Float.BYTES);
        }
    }

    @Override
    public final void row(int row, float[] out, int offset) {
        MemorySegment data = data();
        for (int k = 0; k < columns(); k++) {
            int lanes = data.get(INT, laneAt(row / PANEL, k / 2, row % PANEL));
            out[offset + k] = value(k % 2 == 0 ? lanes & 0xFFFF : lanes >>> 16);
        }
    }
}
