package dev.railhead.cpu.packed;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.railhead.cpu.simd.HalfLanes;
import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// A scale of 8 bits for each group, a power of two or an 8-bit float: `byte[groups][PANEL]`. The bytes of rows r, r + 16, r + 32 and
/// r + 48 share an int lane.
final class ByteScales extends ScaleForm {
    /// 2^−128 as a single, the power of code 0; the next is twice as much, and codes from 2 are an exponent and one.
    private static final int LEAST_BITS = 0x0020_0000;

    private static final int FRACTION_BITS = 23;

    /// The code of an 8-bit float that counts as 0.
    private static final int NAN_CODE = 0x7F;

    /// From an 8-bit float's exponent and fraction, in their place in a single, to half its value.
    private static final float HALF_E4M3 = 0x1p119f;

    private final int groupShift;
    private final boolean powers;

    /// @param scales E8M0 or E4M3
    ByteScales(int groupSize, CodeLayout.Scales scales) {
        groupShift = Integer.numberOfTrailingZeros(groupSize);
        powers = scales == CodeLayout.Scales.E8M0;
    }

    @Override
    String name() {
        return "BYTE_SCALES";
    }

    @Override
    int bytes(int length) {
        return (length >> groupShift) * PANEL;
    }

    @Override
    boolean pack(PanelCodes in, int length, byte[] out, int at) {
        boolean exact = true;
        for (int r = 0; r < PANEL; r++) {
            for (int g = 0; g < length >> groupShift; g++) {
                byte code = powers ? power(in.scale(r, g)) : in.scaleCode(r, g);
                out[at + g * PANEL + laneAt(r)] = code;
                // Rows beyond the last one are all 0, which is no power of two and meets codes of 0.
                exact &= value(code) == in.scale(r, g) || in.scale(r, g) == 0;
            }
        }
        return exact;
    }

    private static byte power(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (byte) (bits >= LEAST_BITS << 2 ? (bits >>> FRACTION_BITS) + 1 : bits / LEAST_BITS >> 1);
    }

    private float value(byte code) {
        if (!powers) {
            return CodeLayout.Scales.E4M3.value(code);
        }
        int e = code & 0xFF;
        return Float.intBitsToFloat(e < 2 ? LEAST_BITS << e : e - 1 << FRACTION_BITS);
    }

    /// Where a row's byte is in a group.
    private static int laneAt(int row) {
        return row % LANE_ROWS * Integer.BYTES + row / LANE_ROWS;
    }

    @Override
    void expand(MemorySegment data, long at, int length, float[] scales, float[] mins) {
        for (int lane = 0; lane < LANE_ROWS; lane += Width.LANES) {
            if (powers) {
                expandPowers(data, at + lane * Integer.BYTES, length >> groupShift, scales, lane);
            } else {
                expandFloats(data, at + lane * Integer.BYTES, length >> groupShift, scales, lane);
            }
        }
    }

    private static void expandPowers(MemorySegment data, long at, int groups, float[] out, int to) {
        for (int g = 0; g < groups; g++) {
            IntVector all = HalfLanes.load(data, at + (long) g * PANEL);
            for (int b = 0; b < Integer.BYTES; b++) {
                IntVector e = all.lanewise(VectorOperators.LSHR, Byte.SIZE * b).and(0xFF);
                IntVector small = e.mul(LEAST_BITS).add(LEAST_BITS); // right for 0 and 1
                IntVector bits = e.sub(1).lanewise(VectorOperators.LSHL, FRACTION_BITS).blend(small,
                        e.compare(VectorOperators.LT, 2));
                bits.reinterpretAsFloats().intoArray(out, g * PANEL + to + b * LANE_ROWS);
            }
        }
    }

    private static void expandFloats(MemorySegment data, long at, int groups, float[] out, int to) {
        for (int g = 0; g < groups; g++) {
            IntVector all = HalfLanes.load(data, at + (long) g * PANEL);
            for (int b = 0; b < Integer.BYTES; b++) {
                IntVector code = all.lanewise(VectorOperators.LSHR, Byte.SIZE * b).and(0xFF);
                IntVector bits = code.and(0x7F).lanewise(VectorOperators.LSHL, FRACTION_BITS - 3).blend(0,
                        code.compare(VectorOperators.EQ, NAN_CODE));
                FloatVector value = bits.reinterpretAsFloats().mul(HALF_E4M3);
                value.intoArray(out, g * PANEL + to + b * LANE_ROWS);
            }
        }
    }

    @Override
    float scale(MemorySegment data, long at, int length, int group, int row) {
        return value(data.get(JAVA_BYTE, at + (long) group * PANEL + laneAt(row)));
    }

    @Override
    float min(MemorySegment data, long at, int length, int group, int row) {
        return 0f;
    }
}
