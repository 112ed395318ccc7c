package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// The pieces of the online softmax over a page of scores. The first `count` scores count; those behind them may be
/// anything and become 0, which changes no sum of numbers that aren't negative.
public final class Softmax {
    private Softmax() {}

    /// Multiplies scores by `scale` and makes those that don't count −∞.
    ///
    /// @param scores `float[length]` from `at`
    /// @param length a multiple of 16
    /// @return the largest of `max` and the scores, NaN if one is NaN
    public static float scale(float[] scores, int at, int count, int length, float scale, float max) {
        FloatVector result = FloatVector.broadcast(FLOATS, max);
        for (int i = 0; i < length; i += LANES) {
            FloatVector s = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY)
                    .blend(FloatVector.fromArray(FLOATS, scores, at + i).mul(scale), FLOATS.indexInRange(i, count));
            s.intoArray(scores, at + i);
            result = result.max(s);
        }
        return result.reduceLanes(VectorOperators.MAX);
    }

    /// Replaces scores by `e^(score − max)`, those that don't count by 0.
    public static void exp(float[] scores, int at, int count, int length, float max) {
        for (int i = 0; i < length; i += LANES) {
            FloatVector p = Exp.exp(FloatVector.fromArray(FLOATS, scores, at + i).sub(max));
            FloatVector.zero(FLOATS).blend(p, FLOATS.indexInRange(i, count)).intoArray(scores, at + i);
        }
    }

    /// e^x of a number.
    public static float exp(float x) {
        return Exp.exp(FloatVector.broadcast(FLOATS, x)).lane(0);
    }
}
