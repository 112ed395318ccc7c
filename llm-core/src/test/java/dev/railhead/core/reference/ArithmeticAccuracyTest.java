package dev.railhead.core.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/// The activations' functions against double precision, over floats spread evenly by their bits. Errors are relative, in
/// units of 2^-24, half an ulp of 1: what one correctly rounded operation costs at most.
class ArithmeticAccuracyTest {
    private static final int STRIDE = 4999; // a prime, so that all exponents and many low bits come up

    private interface FloatFunction {
        float apply(float x);
    }

    private static double errorUnits(double exact, float found) {
        return Math.abs(found - exact) / Math.abs(exact) * 0x1p24;
    }

    private static void within(FloatFunction function, DoubleUnaryOperator exact, float from, float to,
            DoubleUnaryOperator bound) {
        int count = 0;
        for (long bits = 0; bits < 1L << 32; bits += STRIDE) {
            float x = Float.intBitsToFloat((int) bits);
            double wanted = exact.applyAsDouble(x);
            if (x >= from && x <= to && Math.abs(wanted) >= Float.MIN_NORMAL) {
                double error = errorUnits(wanted, function.apply(x));
                if (error > bound.applyAsDouble(x)) {
                    assertThat(error).as("at %s", x).isLessThanOrEqualTo(bound.applyAsDouble(x));
                }
                count++;
            }
        }
        assertThat(count).isGreaterThan(400_000);
    }

    private static double exactSigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /// Cephes states 1.7e-7 for its expf, which is 2.9 units; the fused operations here spare it a rounding or two.
    @Test
    void exp() {
        within(Arithmetic::exp, Math::exp, -87f, 88.37626f, x -> 2);
        assertThat(Arithmetic.exp(-87.1f)).as("flushed").isZero();
        assertThat(Arithmetic.exp(Float.POSITIVE_INFINITY)).isEqualTo(Arithmetic.exp(88.37626f)).isFinite();
        assertThat(Arithmetic.exp(Float.NaN)).isNaN();
        assertThat(Arithmetic.exp(0f)).isEqualTo(1f);
    }

    /// Cephes states 1.3e-7, 2.2 units, for the polynomial; farther out the error of the quotient, at most half the result,
    /// is that of exp and two roundings.
    @Test
    void tanh() {
        within(Arithmetic::tanh, Math::tanh, -Float.MAX_VALUE, Float.MAX_VALUE, x -> 3);
        assertThat(Arithmetic.tanh(Float.POSITIVE_INFINITY)).isEqualTo(1f);
        assertThat(Arithmetic.tanh(Float.NEGATIVE_INFINITY)).isEqualTo(-1f);
        assertThat(Arithmetic.tanh(Float.NaN)).isNaN();
    }

    /// exp's 2 units, the sum and the quotient.
    @Test
    void sigmoid() {
        within(Arithmetic::sigmoid, ArithmeticAccuracyTest::exactSigmoid, -87f, Float.MAX_VALUE, x -> 4);
    }

    /// As sigmoid; the factor x costs nothing, since it is divided by the same sum.
    @Test
    void silu() {
        within(Arithmetic::silu, x -> x * exactSigmoid(x), -80f, Float.MAX_VALUE, x -> 4);
    }

    /// As silu, and what the argument u of the sigmoid is wrong by: e^u turns a relative error of u into u times that. The
    /// argument has six roundings, two of constants and four of operations.
    @Test
    void gelu() {
        DoubleUnaryOperator u = x -> 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
        within(Arithmetic::gelu, x -> x * exactSigmoid(u.applyAsDouble(x)), -9f, 1e12f,
                x -> 4 + 6 * Math.max(0, -u.applyAsDouble(x)));
    }

    /// exp's 2 units and the rounding of the result; ln(1 + y) is no steeper than y.
    @Test
    void softplus() {
        within(Arithmetic::softplus, x -> Math.log1p(Math.exp(x)), -80f, Float.MAX_VALUE, x -> 3);
    }
}
