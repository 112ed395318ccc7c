package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;

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

    /// e^x; 0 below −87, NaN for NaN. Calls the Vector API directly: a helper for the constants stops being inlined where
    /// much else is, and then every constant is an object.
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

    /// e^x of one number, the same bits.
    public static float exp(float value) {
        float x = Math.min(value, MAX);
        float n = Math.fma(x, LOG2_E, ROUND) - ROUND;
        float r = Math.fma(n, LN2_LOW, Math.fma(n, LN2_HIGH, x));
        float p = Math.fma(r, C0, C1);
        p = Math.fma(p, r, C2);
        p = Math.fma(p, r, C3);
        p = Math.fma(p, r, C4);
        p = Math.fma(p, r, C5);
        float y = Math.fma(p, r * r, r) + 1f;
        return x < MIN ? 0f : y * Float.intBitsToFloat((int) n + EXPONENT_BIAS << EXPONENT_SHIFT);
    }
}
