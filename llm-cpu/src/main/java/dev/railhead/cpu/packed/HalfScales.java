package dev.railhead.cpu.packed;

import dev.railhead.cpu.simd.HalfLanes;
import dev.railhead.cpu.simd.Width;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;

/// A half precision scale for each group, and a half precision minimum if the type has them: `short[groups][PANEL]` each.
final class HalfScales extends ScaleForm {
    private static final int GROUP_BYTES = PANEL * Short.BYTES;

    private final int groupShift;
    private final boolean hasMins;

    HalfScales(int groupSize, boolean hasMins) {
        groupShift = Integer.numberOfTrailingZeros(groupSize);
        this.hasMins = hasMins;
    }

    @Override
    String name() {
        return "HALF_SCALES";
    }

    @Override
    int bytes(int length) {
        return (length >> groupShift) * GROUP_BYTES * (hasMins ? 2 : 1);
    }

    @Override
    boolean pack(PanelCodes in, int length, byte[] out, int at) {
        boolean exact = true;
        int groups = length >> groupShift;
        for (int g = 0; g < groups; g++) {
            exact &= packScales(in, g, out, at + g * GROUP_BYTES);
            if (hasMins) {
                exact &= packMins(in, g, out, at + (groups + g) * GROUP_BYTES);
            }
        }
        return exact;
    }

    private static boolean packScales(PanelCodes in, int group, byte[] out, int at) {
        boolean exact = true;
        for (int r = 0; r < PANEL; r++) {
            exact &= putHalf(out, at, r, in.scale(r, group));
        }
        return exact;
    }

    private static boolean packMins(PanelCodes in, int group, byte[] out, int at) {
        boolean exact = true;
        for (int r = 0; r < PANEL; r++) {
            exact &= putHalf(out, at, r, in.min(r, group));
        }
        return exact;
    }

    private long minsAt(long at, int length) {
        return at + (long) (length >> groupShift) * GROUP_BYTES;
    }

    @Override
    void expand(MemorySegment data, long at, int length, float[] scales, float[] mins) {
        int groups = length >> groupShift;
        expand(data, at, groups, scales);
        if (hasMins) {
            expand(data, minsAt(at, length), groups, mins);
        }
    }

    /// `float[groups][PANEL]` from halves.
    static void expand(MemorySegment data, long at, int groups, float[] out) {
        for (int half = 0; half < groups * 2; half++) {
            for (int lane = 0; lane < LANE_ROWS; lane += Width.LANES) {
                IntVector v = HalfLanes.load(data, at + (half * LANE_ROWS + lane) * Integer.BYTES);
                HalfLanes.lowHalf(v).intoArray(out, half * 2 * LANE_ROWS + lane);
                HalfLanes.highHalf(v).intoArray(out, (half * 2 + 1) * LANE_ROWS + lane);
            }
        }
    }

    @Override
    float scale(MemorySegment data, long at, int length, int group, int row) {
        return half(data, at + (long) group * GROUP_BYTES, row);
    }

    @Override
    float min(MemorySegment data, long at, int length, int group, int row) {
        return hasMins ? half(data, minsAt(at, length) + (long) group * GROUP_BYTES, row) : 0f;
    }
}
