package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// The pieces of the online softmax over pages of scores. Each piece is a method of its own over all queries of a block:
/// together they are too much for the compiler, which would then make an object of each vector.
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
    /// @param rescale receives for each query the factor for what was added up with the old `max`
    public static void scale(float[] scores, int from, int to, int length, float scale, float[] max, float[] rescale) {
        for (int query = from; query < to; query++) {
            FloatVector largest = FloatVector.broadcast(FLOATS, max[query]);
            for (int i = query * length; i < (query + 1) * length; i += LANES) {
                FloatVector s = FloatVector.fromArray(FLOATS, scores, i).mul(scale);
                s.intoArray(scores, i);
                largest = largest.max(s);
            }
            float newMax = largest.reduceLanes(VectorOperators.MAX);
            rescale[query] = newMax == max[query] ? 1f : Exp.exp(max[query] - newMax);
            max[query] = newMax;
        }
    }

    /// Replaces the scores of queries by `e^(score − max)`: 0 for −∞, unless `max` is no number either.
    ///
    /// @param scores `float[queries][length]`
    /// @param length a multiple of 16
    /// @param max one for each query
    public static void exp(float[] scores, int from, int to, int length, float[] max) {
        for (int query = from; query < to; query++) {
            float m = max[query];
            for (int i = query * length; i < (query + 1) * length; i += LANES) {
                Exp.exp(FloatVector.fromArray(FLOATS, scores, i).sub(m)).intoArray(scores, i);
            }
        }
    }
}
