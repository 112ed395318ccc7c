package dev.railhead.cpu.packed;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.railhead.cpu.simd.HalfLanes;
import dev.railhead.cpu.simd.Width;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// The scales of a chunk that is one super-block: `short[PANEL]` d, `byte[groups][PANEL]` scales, then the same again for the
/// minimums if the type has them. The bytes of rows r, r + 16, r + 32 and r + 48 share an int lane.
final class SuperScales extends ScaleForm {
    private static final int D_BYTES = PANEL * Short.BYTES;

    private final int groupShift;
    private final boolean hasMins;
    private final float unit;

    /// @param unit a power of two that every d is a half precision number times of
    SuperScales(int groupSize, boolean hasMins, float unit) {
        groupShift = Integer.numberOfTrailingZeros(groupSize);
        this.hasMins = hasMins;
        this.unit = unit;
    }

    private int partBytes(int length) {
        return D_BYTES + (length >> groupShift) * PANEL;
    }

    @Override
    String name() {
        return "SUPER_SCALES";
    }

    @Override
    int bytes(int length) {
        return partBytes(length) * (hasMins ? 2 : 1);
    }

    @Override
    boolean pack(PanelCodes in, int length, byte[] out, int at) {
        boolean exact = packPart(in.d, unit, in.scales, length, out, at);
        return exact && (!hasMins || packPart(in.dmin, 1f, in.mins, length, out, at + partBytes(length)));
    }

    private boolean packPart(float[] d, float factor, byte[] scales, int length, byte[] out, int at) {
        boolean exact = true;
        int groups = length >> groupShift;
        for (int r = 0; r < PANEL; r++) {
            exact &= putHalf(out, at, r, d[r] / factor);
            packGroups(scales, r * groups, groups, out, at + D_BYTES + laneAt(r));
        }
        return exact;
    }

    private static void packGroups(byte[] scales, int from, int groups, byte[] out, int at) {
        for (int g = 0; g < groups; g++) {
            out[at + g * PANEL] = scales[from + g];
        }
    }

    /// Where a row's byte is in a group.
    private static int laneAt(int row) {
        return row % LANE_ROWS * Integer.BYTES + row / LANE_ROWS;
    }

    private static long scaleAt(long at, int group, int row) {
        return at + D_BYTES + group * PANEL + laneAt(row);
    }

    @Override
    void expand(MemorySegment data, long at, int length, float[] scales, float[] mins) {
        int groups = length >> groupShift;
        expandPart(data, at, groups, scales);
        if (unit != 1f) {
            multiply(scales, groups * PANEL, unit);
        }
        if (hasMins) {
            expandPart(data, at + partBytes(length), groups, mins);
        }
    }

    /// Apart from the loop that expands, whose vectors the compiler boxes when it does more.
    private static void multiply(float[] values, int count, float factor) {
        for (int i = 0; i < count; i++) {
            values[i] *= factor;
        }
    }

    private static void expandPart(MemorySegment data, long at, int groups, float[] out) {
        for (int lane = 0; lane < LANE_ROWS; lane += Width.LANES) {
            expandLanes(data, at, groups, lane, out);
        }
    }

    private static void expandLanes(MemorySegment data, long at, int groups, int lane, float[] out) {
        IntVector d01 = HalfLanes.load(data, at + lane * Integer.BYTES);
        IntVector d23 = HalfLanes.load(data, at + (LANE_ROWS + lane) * Integer.BYTES);
        FloatVector d0 = HalfLanes.lowHalf(d01);
        FloatVector d1 = HalfLanes.highHalf(d01);
        FloatVector d2 = HalfLanes.lowHalf(d23);
        FloatVector d3 = HalfLanes.highHalf(d23);
        for (int g = 0; g < groups; g++) {
            IntVector s = HalfLanes.load(data, at + D_BYTES + g * PANEL + lane * Integer.BYTES);
            int to = g * PANEL + lane;
            HalfLanes.signedByte(s, 0).mul(d0).intoArray(out, to);
            HalfLanes.signedByte(s, 1).mul(d1).intoArray(out, to + LANE_ROWS);
            HalfLanes.signedByte(s, 2).mul(d2).intoArray(out, to + 2 * LANE_ROWS);
            HalfLanes.signedByte(s, 3).mul(d3).intoArray(out, to + 3 * LANE_ROWS);
        }
    }

    @Override
    float scale(MemorySegment data, long at, int length, int group, int row) {
        return unit * value(data, at, group, row);
    }

    private static float value(MemorySegment data, long at, int group, int row) {
        return half(data, at, row) * data.get(JAVA_BYTE, scaleAt(at, group, row));
    }

    @Override
    float min(MemorySegment data, long at, int length, int group, int row) {
        return hasMins ? value(data, at + partBytes(length), group, row) : 0f;
    }
}
