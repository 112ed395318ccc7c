package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// e^x by the polynomial of the Cephes library's expf, lane by lane.
public final class Exp {
    private static final float MAX = 88.37626f;
    private static final float MIN = -87f;
    private static final float LOG2_E = 1.44269504f;

    /// Adding 1.5 · 2^23 rounds to the nearest integer, which then is in the low bits.
    private static final float ROUND = 12582912f;
    private static final float LN2_HIGH = -0.693359375f;
    private static final float LN2_LOW = 2.12194440e-4f;
    private static final float C0 = 1.9875691500E-4f;
    private static final float C1 = 1.3981999507E-3f;
    private static final float C2 = 8.3334519073E-3f;
    private static final float C3 = 4.1665795894E-2f;
    private static final float C4 = 1.6666665459E-1f;
    private static final float C5 = 5.0000001201E-1f;
    private static final int EXPONENT_BIAS = 127;
    private static final int EXPONENT_SHIFT = 23;

    private Exp() {}

    /// e^x; 0 below −87, NaN for NaN.
    public static FloatVector exp(FloatVector value) {
        FloatVector x = value.blend(MAX, value.compare(VectorOperators.GT, MAX));
        FloatVector rounded = x.fma(FloatVector.broadcast(FLOATS, LOG2_E), FloatVector.broadcast(FLOATS, ROUND));
        FloatVector n = rounded.sub(ROUND);
        FloatVector r = n.fma(FloatVector.broadcast(FLOATS, LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(FLOATS, LN2_LOW), r);
        FloatVector p = r.fma(FloatVector.broadcast(FLOATS, C0), FloatVector.broadcast(FLOATS, C1));
        p = p.fma(r, FloatVector.broadcast(FLOATS, C2));
        p = p.fma(r, FloatVector.broadcast(FLOATS, C3));
        p = p.fma(r, FloatVector.broadcast(FLOATS, C4));
        p = p.fma(r, FloatVector.broadcast(FLOATS, C5));
        FloatVector y = p.fma(r.mul(r), r).add(1f);
        // The integer's bits above the ninth fall out of the shift, so n needn't be converted.
        IntVector power = rounded.reinterpretAsInts().add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, EXPONENT_SHIFT);
        return y.mul(power.reinterpretAsFloats()).blend(0f, x.compare(VectorOperators.LT, MIN));
    }

    /// Replaces numbers by `e^(x − less)`, in whole vectors: up to 15 numbers behind the last are overwritten too. The same
    /// as [#exp(FloatVector)], written out: called from a loop that is part of a larger method, that one isn't always
    /// inlined, and then every vector is an object.
    ///
    /// @param x `float[count]` from `at`
    public static void exp(float[] x, int at, int count, float less) {
        for (int i = at; i < at + count; i += LANES) {
            FloatVector value = FloatVector.fromArray(FLOATS, x, i).sub(less);
            FloatVector x0 = value.blend(MAX, value.compare(VectorOperators.GT, MAX));
            FloatVector rounded = x0.fma(FloatVector.broadcast(FLOATS, LOG2_E), FloatVector.broadcast(FLOATS, ROUND));
            FloatVector n = rounded.sub(ROUND);
            FloatVector r = n.fma(FloatVector.broadcast(FLOATS, LN2_HIGH), x0);
            r = n.fma(FloatVector.broadcast(FLOATS, LN2_LOW), r);
            FloatVector p = r.fma(FloatVector.broadcast(FLOATS, C0), FloatVector.broadcast(FLOATS, C1));
            p = p.fma(r, FloatVector.broadcast(FLOATS, C2));
            p = p.fma(r, FloatVector.broadcast(FLOATS, C3));
            p = p.fma(r, FloatVector.broadcast(FLOATS, C4));
            p = p.fma(r, FloatVector.broadcast(FLOATS, C5));
            FloatVector y = p.fma(r.mul(r), r).add(1f);
            IntVector power = rounded.reinterpretAsInts().add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL,
                    EXPONENT_SHIFT);
            y.mul(power.reinterpretAsFloats()).blend(0f, x0.compare(VectorOperators.LT, MIN)).intoArray(x, i);
        }
    }
}
