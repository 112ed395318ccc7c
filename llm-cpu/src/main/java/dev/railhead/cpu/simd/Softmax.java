package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// The first half of the online softmax over pages of scores; the second is [Exp].
public final class Softmax {
    private Softmax() {}

    /// Multiplies the scores of queries by `scale` and finds the largest.
    ///
    /// @param scores `float[queries][length]`; −∞ where a position does not count
    /// @param from first query
    /// @param to behind the last query
    /// @param length a multiple of 16
    /// @param scale above 0
    /// @param max for each query the largest so far; becomes the largest of it and the scores, NaN if one is NaN
    /// @param change receives for each query what `max` was less what it is
    public static void scale(float[] scores, int from, int to, int length, float scale, float[] max, float[] change) {
        for (int query = from; query < to; query++) {
            FloatVector largest = FloatVector.broadcast(FLOATS, max[query]);
            for (int i = query * length; i < (query + 1) * length; i += LANES) {
                FloatVector s = FloatVector.fromArray(FLOATS, scores, i).mul(scale);
                s.intoArray(scores, i);
                largest = largest.max(s);
            }
            float newMax = largest.reduceLanes(VectorOperators.MAX);
            change[query] = max[query] - newMax;
            max[query] = newMax;
        }
    }
}
