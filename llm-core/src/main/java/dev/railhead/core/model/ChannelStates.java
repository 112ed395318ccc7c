package dev.railhead.core.model;

import dev.railhead.core.reference.Arithmetic;
import java.util.Arrays;

/// The step of a selective state space on the states of all channels, `[state size][channels]`. The loops go over channels and
/// all their arrays have the same index, so that HotSpot uses vectors. For one thread; keeps working memory.
final class ChannelStates {
    private static final float LOG2_E = 1.44269504f;
    private static final float ROUND = 12582912f; // 1.5 · 2^23: adding it leaves no fraction

    private final int channels;
    private final float[][] a; // [state size][channels]
    private final float[] timeSteps; // Δ, [channels]
    private final float[] inputs; // Δ·x
    private final float[] results; // y
    private final float[] states; // h[n] of each channel
    private final float[] mantissas; // of e^(Δ·A[n])
    private final int[] powers; // of two, as bits of a float

    /// @param stored A as in the file, `[channels][state size]`
    ChannelStates(int channels, int stateSize, float[] stored) {
        this.channels = channels;
        a = new float[stateSize][channels];
        for (int c = 0; c < channels; c++) {
            for (int n = 0; n < stateSize; n++) {
                a[n][c] = stored[c * stateSize + n];
            }
        }
        timeSteps = new float[channels];
        inputs = new float[channels];
        results = new float[channels];
        states = new float[channels];
        mantissas = new float[channels];
        powers = new int[channels];
    }

    /// `h[n] = e^(Δ·A[n]) · h[n] + Δ·B[n]·x; y = Σ C[n]·h[n]` with n ascending, for each channel.
    ///
    /// @param state has h from `at`
    /// @param delta Δ of each channel before its softplus, from `from`
    /// @param x inputs from `from`
    /// @param b the row's B, from `select`
    /// @param c the row's C, from `select`
    /// @return y of each channel, until the next step
    float[] step(float[] state, int at, float[] delta, float[] x, int from, float[] b, float[] c, int select) {
        for (int i = 0; i < channels; i++) {
            timeSteps[i] = Arithmetic.softplus(delta[from + i]);
            inputs[i] = timeSteps[i] * x[from + i];
        }
        Arrays.fill(results, 0f);
        for (int n = 0; n < a.length; n++) {
            System.arraycopy(state, at + n * channels, states, 0, channels);
            exponentials(a[n]);
            update(b[select + n], c[select + n]);
            System.arraycopy(states, 0, state, at + n * channels, channels);
        }
        return results;
    }

    /// e^(Δ·a) as mantissa and power of two, by [Arithmetic#exp]'s polynomial; below e^−88 it is 0. In two parts since a loop with
    /// all of it gets no vectors.
    private void exponentials(float[] row) {
        float[] t = timeSteps;
        float[] y = mantissas;
        int[] e = powers;
        for (int i = 0; i < channels; i++) {
            float x = Math.max(Math.min(t[i] * row[i], 88.37626f), -88f);
            float n = Math.fma(x, LOG2_E, ROUND) - ROUND;
            float r = Math.fma(n, -0.693359375f, x);
            r = Math.fma(n, 2.12194440e-4f, r);
            float p = 1.9875691500E-4f;
            p = Math.fma(p, r, 1.3981999507E-3f);
            p = Math.fma(p, r, 8.3334519073E-3f);
            p = Math.fma(p, r, 4.1665795894E-2f);
            p = Math.fma(p, r, 1.6666665459E-1f);
            p = Math.fma(p, r, 5.0000001201E-1f);
            y[i] = Math.fma(p, r * r, r) + 1f;
            e[i] = ((int) n + 127) << 23;
        }
    }

    private void update(float b, float c) {
        float[] y = mantissas;
        int[] e = powers;
        float[] h = states;
        float[] dtx = inputs;
        float[] sum = results;
        for (int i = 0; i < channels; i++) {
            float next = Math.fma(y[i] * Float.intBitsToFloat(e[i]), h[i], dtx[i] * b);
            h[i] = next;
            sum[i] = Math.fma(c, next, sum[i]);
        }
    }
}
