package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import dev.railhead.core.reference.Arithmetic;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// The hyperbolic tangent over arrays: the polynomial of the Cephes library's tanhf near 0, and an exponential further away.
/// Both are computed everywhere and one of them is taken. The exponential is a pass of its own, so that every loop is small and
/// calls the Vector API only: attention is large enough for the compiler to leave a helper behind, and then every vector is
/// an object.
public final class Tanh {
    private static final float C0 = -5.70498872745E-3f;
    private static final float C1 = 2.06390887954E-2f;
    private static final float C2 = -5.37397155531E-2f;
    private static final float C3 = 1.33314422036E-1f;
    private static final float C4 = -3.33332819422E-1f;

    private Tanh() {}

    /// `x = cap · tanh((x · scale) / cap)`.
    ///
    /// @param x `float[count]` from `at`
    /// @param cap above 0
    /// @param work `float[count]`, overwritten
    public static void softcap(float[] x, int at, int count, float scale, float cap, float[] work) {
        int whole = FLOATS.loopBound(count);
        twice(x, at, whole, scale, cap, work);
        Exp.exp(work, 0, whole, 0f);
        choose(x, at, whole, cap, work);
        for (int i = at + whole; i < at + count; i++) {
            x[i] = cap * Arithmetic.tanh(x[i] * scale / cap);
        }
    }

    /// `x = (x · scale) / cap; out = |x| + |x|`.
    private static void twice(float[] x, int at, int count, float scale, float cap, float[] out) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, at + i).mul(scale).div(cap);
            v.intoArray(x, at + i);
            FloatVector magnitude = v.abs();
            magnitude.add(magnitude).intoArray(out, i);
        }
    }

    /// `x = cap · tanh(x)`.
    ///
    /// @param exp e^2|x|
    private static void choose(float[] x, int at, int count, float cap, float[] exp) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, at + i);
            FloatVector square = v.mul(v);
            FloatVector p = square.fma(FloatVector.broadcast(FLOATS, C0), FloatVector.broadcast(FLOATS, C1));
            p = p.fma(square, FloatVector.broadcast(FLOATS, C2));
            p = p.fma(square, FloatVector.broadcast(FLOATS, C3));
            p = p.fma(square, FloatVector.broadcast(FLOATS, C4));
            FloatVector near = p.mul(square).fma(v, v);
            FloatVector divisor = FloatVector.fromArray(FLOATS, exp, i).add(1f);
            FloatVector far = FloatVector.broadcast(FLOATS, 1f).sub(FloatVector.broadcast(FLOATS, 2f).div(divisor));
            // Where it is taken, it is not negative.
            far = far.reinterpretAsInts().or(v.reinterpretAsInts().and(Integer.MIN_VALUE)).reinterpretAsFloats();
            VectorMask<Float> isNear = v.abs().compare(VectorOperators.LT, Arithmetic.TANH_NEAR);
            far.blend(near, isNear).mul(cap).intoArray(x, at + i);
        }
    }
}
