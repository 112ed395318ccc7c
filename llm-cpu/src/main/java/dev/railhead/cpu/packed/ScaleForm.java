package dev.railhead.cpu.packed;

import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// How the scales and minimums of a chunk of a panel are stored. Kernels get them as floats, a chunk at a time, so that
/// any code form goes with any scale form.
abstract class ScaleForm {
    static final int PANEL = PackedMatrix.PANEL;

    /// Rows of a 512-bit vector of float: rows r and r + 16 share an int lane.
    static final int LANE_ROWS = 16;

    static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Names the form among those a type can have.
    abstract String name();

    /// Bytes for a chunk of so many k.
    abstract int bytes(int length);

    /// Writes the scales of a chunk.
    ///
    /// @param out receives all bytes of the chunk's scales, from `at`
    /// @return false if a value can't be stored in this form
    abstract boolean pack(PanelCodes in, int length, byte[] out, int at);

    /// Computes `d · scale` and `dmin · min` of each group and row.
    abstract void expand(MemorySegment data, long at, int length, float[] scales, float[] mins);

    /// `d · scale` of one group and row.
    abstract float scale(MemorySegment data, long at, int length, int group, int row);

    /// `dmin · min` of one group and row.
    abstract float min(MemorySegment data, long at, int length, int group, int row);

    /// Where a row's half is among a panel's: rows r and r + 16 in the halves of an int.
    static int halfAt(int row) {
        return (row / 32 * LANE_ROWS + row % LANE_ROWS) * Integer.BYTES + row / LANE_ROWS % 2 * Short.BYTES;
    }

    static float half(MemorySegment data, long at, int row) {
        return Float.float16ToFloat(data.get(SHORT, at + halfAt(row)));
    }

    /// Stores a half if that is exact and finite.
    static boolean putHalf(byte[] out, int at, int row, float value) {
        short half = Float.floatToFloat16(value);
        LittleEndian.putShort(out, at + halfAt(row), half);
        return Float.isFinite(value) && Float.float16ToFloat(half) == value;
    }
}
