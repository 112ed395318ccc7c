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

    /// e^x; 0 below −87, NaN for NaN.
    public static FloatVector exp(FloatVector value) {
        FloatVector x = value.blend(MAX, value.compare(VectorOperators.GT, MAX));
        FloatVector rounded = x.fma(broadcast(LOG2_E), broadcast(ROUND));
        FloatVector n = rounded.sub(ROUND);
        FloatVector r = n.fma(broadcast(LN2_LOW), n.fma(broadcast(LN2_HIGH), x));
        FloatVector p = broadcast(C0).fma(r, broadcast(C1));
        p = p.fma(r, broadcast(C2));
        p = p.fma(r, broadcast(C3));
        p = p.fma(r, broadcast(C4));
        p = p.fma(r, broadcast(C5));
        FloatVector y = p.fma(r.mul(r), r).add(1f);
        // The integer's bits above the ninth fall out of the shift, so n needn't be converted.
        IntVector power = rounded.reinterpretAsInts().add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, EXPONENT_SHIFT);
        return y.mul(power.reinterpretAsFloats()).blend(0f, x.compare(VectorOperators.LT, MIN));
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }
}
