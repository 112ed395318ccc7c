package dev.railhead.core.model;

import java.util.Arrays;

/// The step of the gated delta rule on the state of one head, `[key length][value length]`. Rows of the state are taken four at
/// a time into arrays of their own: HotSpot uses vectors in loops whose arrays all have the same index, and not where one starts
/// elsewhere. For one thread; keeps working memory.
final class DeltaState {
    private static final int ROWS = 4;

    private final int keyLength;
    private final int valueLength;
    private final float[][] rows = new float[ROWS][]; // of the state
    private final float[] keys; // of the step, 0 beyond the key length
    private final float[] queries;
    private final float[] change; // δ
    private final float[] result; // o

    DeltaState(int keyLength, int valueLength) {
        this.keyLength = keyLength;
        this.valueLength = valueLength;
        for (int i = 0; i < ROWS; i++) {
            rows[i] = new float[valueLength];
        }
        keys = new float[keyLength + ROWS];
        queries = new float[keyLength + ROWS];
        change = new float[valueLength];
        result = new float[valueLength];
    }

    /// `S *= decay; δ = β (v − Sᵀk); S += k ⊗ δ; o = Sᵀq`, with sums over the key's values in ascending order by fma.
    ///
    /// @param state has S from `s`
    /// @param x has the query from `q`, the key from `k` and the value from `v`
    /// @param out receives o from `o`
    void step(float[] state, int s, float[] x, int q, int k, int v, float decay, float beta, float[] out, int o) {
        System.arraycopy(x, q, queries, 0, keyLength);
        System.arraycopy(x, k, keys, 0, keyLength);
        System.arraycopy(x, v, change, 0, valueLength);
        for (int i = 0; i < keyLength; i += ROWS) {
            take(state, s, i);
            subtractKnown(rows[0], rows[1], rows[2], rows[3], decay, i);
        }
        for (int j = 0; j < valueLength; j++) {
            change[j] *= beta;
        }
        Arrays.fill(result, 0f);
        for (int i = 0; i < keyLength; i += ROWS) {
            take(state, s, i);
            learn(rows[0], rows[1], rows[2], rows[3], decay, i);
            give(state, s, i);
        }
        System.arraycopy(result, 0, out, o, valueLength);
    }

    /// Copies rows of the state. Those that it doesn't have are 0, as their keys and queries are, and change nothing.
    private void take(float[] state, int s, int first) {
        for (int i = first; i < first + ROWS; i++) {
            if (i < keyLength) {
                System.arraycopy(state, s + i * valueLength, rows[i - first], 0, valueLength);
            } else {
                Arrays.fill(rows[i - first], 0f);
            }
        }
    }

    private void give(float[] state, int s, int first) {
        for (int i = first; i < Math.min(first + ROWS, keyLength); i++) {
            System.arraycopy(rows[i - first], 0, state, s + i * valueLength, valueLength);
        }
    }

    /// The change loses what four rows know already.
    private void subtractKnown(float[] row0, float[] row1, float[] row2, float[] row3, float decay, int first) {
        float k0 = -keys[first];
        float k1 = -keys[first + 1];
        float k2 = -keys[first + 2];
        float k3 = -keys[first + 3];
        float[] c = change;
        for (int j = 0; j < valueLength; j++) {
            float left = Math.fma(k0, row0[j] * decay, c[j]);
            left = Math.fma(k1, row1[j] * decay, left);
            left = Math.fma(k2, row2[j] * decay, left);
            c[j] = Math.fma(k3, row3[j] * decay, left);
        }
    }

    /// Four rows forget, take the change in, and give their part of the output.
    private void learn(float[] row0, float[] row1, float[] row2, float[] row3, float decay, int first) {
        float k0 = keys[first];
        float k1 = keys[first + 1];
        float k2 = keys[first + 2];
        float k3 = keys[first + 3];
        float q0 = queries[first];
        float q1 = queries[first + 1];
        float q2 = queries[first + 2];
        float q3 = queries[first + 3];
        float[] c = change;
        float[] sum = result;
        for (int j = 0; j < valueLength; j++) {
            float next = Math.fma(k0, c[j], row0[j] * decay);
            row0[j] = next;
            float o = Math.fma(q0, next, sum[j]);
            next = Math.fma(k1, c[j], row1[j] * decay);
            row1[j] = next;
            o = Math.fma(q1, next, o);
            next = Math.fma(k2, c[j], row2[j] * decay);
            row2[j] = next;
            o = Math.fma(q2, next, o);
            next = Math.fma(k3, c[j], row3[j] * decay);
            row3[j] = next;
            sum[j] = Math.fma(q3, next, o);
        }
    }
}
