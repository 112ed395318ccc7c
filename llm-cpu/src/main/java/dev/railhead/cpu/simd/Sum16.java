package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;

/// Reductions over 16 virtual lanes, the same for every width: element i goes to lane i mod 16.
public final class Sum16 {
    /// Virtual lanes.
    public static final int VIRTUAL_LANES = 16;

    private Sum16() {}

    /// The sum of the squares of `count` values.
    ///
    /// @param lanes `float[16]`, working memory
    public static float squares(float[] x, int at, int count, float[] lanes) {
        int whole = count - count % VIRTUAL_LANES;
        for (int lane = 0; lane < VIRTUAL_LANES; lane += LANES) {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = lane; i < whole; i += VIRTUAL_LANES) {
                FloatVector v = FloatVector.fromArray(FLOATS, x, at + i);
                sum = v.fma(v, sum);
            }
            sum.intoArray(lanes, lane);
        }
        for (int i = whole; i < count; i++) {
            lanes[i - whole] = Math.fma(x[at + i], x[at + i], lanes[i - whole]);
        }
        return combine(lanes);
    }

    /// The sum of the squares of `count` values less `mean`.
    ///
    /// @param lanes `float[16]`, working memory
    public static float squaredDeviations(float[] x, int at, int count, float mean, float[] lanes) {
        int whole = count - count % VIRTUAL_LANES;
        for (int lane = 0; lane < VIRTUAL_LANES; lane += LANES) {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = lane; i < whole; i += VIRTUAL_LANES) {
                FloatVector v = FloatVector.fromArray(FLOATS, x, at + i).sub(mean);
                sum = v.fma(v, sum);
            }
            sum.intoArray(lanes, lane);
        }
        for (int i = whole; i < count; i++) {
            float deviation = x[at + i] - mean;
            lanes[i - whole] = Math.fma(deviation, deviation, lanes[i - whole]);
        }
        return combine(lanes);
    }

    /// The sum of `count` values.
    ///
    /// @param lanes `float[16]`, working memory
    public static float sum(float[] x, int at, int count, float[] lanes) {
        int whole = count - count % VIRTUAL_LANES;
        for (int lane = 0; lane < VIRTUAL_LANES; lane += LANES) {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = lane; i < whole; i += VIRTUAL_LANES) {
                sum = sum.add(FloatVector.fromArray(FLOATS, x, at + i));
            }
            sum.intoArray(lanes, lane);
        }
        for (int i = whole; i < count; i++) {
            lanes[i - whole] += x[at + i];
        }
        return combine(lanes);
    }

    private static float combine(float[] lanes) {
        for (int width = VIRTUAL_LANES / 2; width > 0; width /= 2) {
            for (int j = 0; j < width; j++) {
                lanes[j] += lanes[j + width];
            }
        }
        return lanes[0];
    }
}
