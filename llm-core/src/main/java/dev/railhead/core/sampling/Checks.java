package dev.railhead.core.sampling;

import dev.railhead.NumericException;

/// The checks that samplers and log-probabilities share.
final class Checks {
    private Checks() {}

    /// @throws IllegalArgumentException unless valid
    static void argument(boolean valid, String what, String expected, Object found) {
        if (!valid) {
            throw new IllegalArgumentException(what + ": expected " + expected + ", found " + found);
        }
    }

    /// The largest logit.
    ///
    /// @throws NumericException if a logit is NaN or positive infinity, or all are negative infinity
    static float largest(float[] logits) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int token = 0; token < logits.length; token++) {
            if (!(logits[token] < Float.POSITIVE_INFINITY)) { // also true for NaN
                throw new NumericException("logit of token " + token
                        + ": expected a finite number or -Infinity, found " + logits[token]
                        + "; the weights are damaged or the input is out of range");
            }
            largest = Math.max(largest, logits[token]);
        }
        if (largest == Float.NEGATIVE_INFINITY) {
            throw new NumericException("logits of " + logits.length
                    + " tokens: expected at least one finite number, found only -Infinity;"
                    + " the weights are damaged or the input is out of range");
        }
        return largest;
    }
}
