package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import dev.railhead.core.reference.Arithmetic;
import dev.railhead.spi.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// The functions of [Activation] over arrays: a loop of whole vectors for each, the rest number by number. A gate is a second
/// loop behind it, which costs little while the numbers are in the first level cache.
public final class ActivationFunctions {
    private ActivationFunctions() {}

    /// `x = function(x)`.
    ///
    /// @param x `float[count]` from `at`
    public static void activate(Activation function, float[] x, int at, int count) {
        int end = at + FLOATS.loopBound(count);
        activateWhole(function, x, at, end);
        for (int i = end; i < at + count; i++) {
            x[i] = Arithmetic.activate(function, x[i]);
        }
    }

    /// `gate = function(gate) · up`, with what [Activation#CLAMPED_SWISH] makes of `up`.
    ///
    /// @param gate `float[count]` from `at`
    /// @param up `float[count]` from `at`
    public static void gate(Activation function, float[] gate, float[] up, int at, int count) {
        int end = at + FLOATS.loopBound(count);
        boolean clamped = function == Activation.CLAMPED_SWISH;
        activateWhole(function, gate, at, end);
        if (clamped) {
            multiplyClamped(gate, up, at, end);
        } else {
            multiply(gate, up, at, end);
        }
        for (int i = end; i < at + count; i++) {
            gate[i] = Arithmetic.activate(function, gate[i]) * (clamped ? Arithmetic.clampedUp(up[i]) : up[i]);
        }
    }

    private static void activateWhole(Activation function, float[] x, int from, int to) {
        switch (function) {
            case SILU -> silu(x, from, to);
            case GELU -> gelu(x, from, to);
            case RELU -> relu(x, from, to);
            case SIGMOID -> sigmoid(x, from, to);
            case CLAMPED_SWISH -> clampedSwish(x, from, to);
        }
    }

    private static void silu(float[] x, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i);
            v.div(Exp.exp(v.neg()).add(1f)).intoArray(x, i);
        }
    }

    private static void gelu(float[] x, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i);
            FloatVector u = v.mul(Arithmetic.GELU_CUBE).mul(v).fma(v, v).mul(Arithmetic.GELU_SLOPE);
            v.div(Exp.exp(u.neg()).add(1f)).intoArray(x, i);
        }
    }

    /// −0 becomes 0, NaN stays.
    private static void relu(float[] x, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i);
            v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(x, i);
        }
    }

    private static void sigmoid(float[] x, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i);
            FloatVector.broadcast(FLOATS, 1f).div(Exp.exp(v.neg()).add(1f)).intoArray(x, i);
        }
    }

    private static void clampedSwish(float[] x, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i);
            v = v.blend(Arithmetic.SWISH_LIMIT, v.compare(VectorOperators.GT, Arithmetic.SWISH_LIMIT));
            v.div(Exp.exp(v.mul(Arithmetic.SWISH_SLOPE).neg()).add(1f)).intoArray(x, i);
        }
    }

    private static void multiply(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector.fromArray(FLOATS, x, i).mul(FloatVector.fromArray(FLOATS, y, i)).intoArray(x, i);
        }
    }

    private static void multiplyClamped(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, y, i);
            v = v.blend(Arithmetic.SWISH_LIMIT, v.compare(VectorOperators.GT, Arithmetic.SWISH_LIMIT));
            v = v.blend(-Arithmetic.SWISH_LIMIT, v.compare(VectorOperators.LT, -Arithmetic.SWISH_LIMIT));
            FloatVector.fromArray(FLOATS, x, i).mul(v.add(1f)).intoArray(x, i);
        }
    }
}
