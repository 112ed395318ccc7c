package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Loops over arrays without neighbours: a body of whole vectors and a masked rest.
public final class Elementwise {
    private Elementwise() {}

    /// `x = x + y`.
    public static void add(float[] x, int at, float[] y, int yAt, int count) {
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            FloatVector.fromArray(FLOATS, x, at + i).add(FloatVector.fromArray(FLOATS, y, yAt + i)).intoArray(x,
                    at + i);
        }
        VectorMask<Float> rest = FLOATS.indexInRange(i, count);
        FloatVector a = FloatVector.fromArray(FLOATS, x, at + i, rest);
        a.add(FloatVector.fromArray(FLOATS, y, yAt + i, rest)).intoArray(x, at + i, rest);
    }

    /// `out = (x · scale) · weight`.
    public static void scale(float[] x, int at, float scale, float[] weight, float[] out, int outAt, int count) {
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            FloatVector.fromArray(FLOATS, x, at + i).mul(scale).mul(FloatVector.fromArray(FLOATS, weight, i))
                    .intoArray(out, outAt + i);
        }
        VectorMask<Float> rest = FLOATS.indexInRange(i, count);
        FloatVector.fromArray(FLOATS, x, at + i, rest).mul(scale).mul(FloatVector.fromArray(FLOATS, weight, i, rest))
                .intoArray(out, outAt + i, rest);
    }

    /// `out = x · factor`; `out` may be `x`.
    public static void multiply(float[] x, int at, float factor, float[] out, int outAt, int count) {
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            FloatVector.fromArray(FLOATS, x, at + i).mul(factor).intoArray(out, outAt + i);
        }
        VectorMask<Float> rest = FLOATS.indexInRange(i, count);
        FloatVector.fromArray(FLOATS, x, at + i, rest).mul(factor).intoArray(out, outAt + i, rest);
    }

    /// `out = ((x − mean) · scale) · weight`; `out` may be `x`.
    public static void normalize(float[] x, int at, float mean, float scale, float[] weight, float[] out, int outAt,
            int count) {
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            FloatVector.fromArray(FLOATS, x, at + i).sub(mean).mul(scale)
                    .mul(FloatVector.fromArray(FLOATS, weight, i)).intoArray(out, outAt + i);
        }
        VectorMask<Float> rest = FLOATS.indexInRange(i, count);
        FloatVector.fromArray(FLOATS, x, at + i, rest).sub(mean).mul(scale)
                .mul(FloatVector.fromArray(FLOATS, weight, i, rest)).intoArray(out, outAt + i, rest);
    }
}
