package dev.railhead.core.session;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What llama2.c's runq computes, written down apart from Railhead's arithmetic: plain f32 sums, a division and halves
/// away from zero where it quantizes, the platform's functions. One sequence, from position 0.
final class RunqModel {
    private static final float EPSILON = 1e-5f;

    private final ByteBuffer file;
    private final int dim;
    private final int hiddenDim;
    private final int layers;
    private final int heads;
    private final int kvHeads;
    private final int vocabulary;
    private final int groupSize;
    private final float[] attentionNorms; // [layers][dim]
    private final float[] feedForwardNorms; // [layers][dim]
    private final float[] finalNorm; // [dim]
    private final Int8 embedding; // [vocabulary][dim]
    private final Int8[] wq;
    private final Int8[] wk;
    private final Int8[] wv;
    private final Int8[] wo;
    private final Int8[] w1;
    private final Int8[] w2;
    private final Int8[] w3;
    private final Int8 classifier; // [vocabulary][dim]

    /// Integers with a scale for each group.
    private record Int8(byte[] q, float[] s) {}

    /// @param checkpoint of version 2 with a classifier of its own
    RunqModel(byte[] checkpoint) {
        file = ByteBuffer.wrap(checkpoint).order(ByteOrder.LITTLE_ENDIAN);
        dim = file.getInt(8);
        hiddenDim = file.getInt(12);
        layers = file.getInt(16);
        heads = file.getInt(20);
        kvHeads = file.getInt(24);
        vocabulary = file.getInt(28);
        groupSize = file.getInt(37);
        file.position(256);
        attentionNorms = floats(layers * dim);
        feedForwardNorms = floats(layers * dim);
        finalNorm = floats(dim);
        embedding = int8(vocabulary * dim);
        int kvDim = dim / heads * kvHeads;
        wq = perLayer(dim * dim);
        wk = perLayer(dim * kvDim);
        wv = perLayer(dim * kvDim);
        wo = perLayer(dim * dim);
        w1 = perLayer(dim * hiddenDim);
        w2 = perLayer(dim * hiddenDim);
        w3 = perLayer(dim * hiddenDim);
        classifier = int8(vocabulary * dim);
    }

    private float[] floats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = file.getFloat();
        }
        return values;
    }

    private Int8 int8(int count) {
        byte[] q = new byte[count];
        file.get(q);
        return new Int8(q, floats(count / groupSize));
    }

    private Int8[] perLayer(int count) {
        Int8[] all = new Int8[layers];
        for (int layer = 0; layer < layers; layer++) {
            all[layer] = int8(count);
        }
        return all;
    }

    /// The logits after each token.
    float[][] logits(int[] tokens) {
        float[][] logits = new float[tokens.length][];
        float[][][] keys = new float[layers][tokens.length][];
        float[][][] values = new float[layers][tokens.length][];
        for (int position = 0; position < tokens.length; position++) {
            float[] x = new float[dim];
            for (int i = 0; i < dim; i++) {
                int at = tokens[position] * dim + i;
                x[i] = embedding.q[at] * embedding.s[at / groupSize];
            }
            for (int layer = 0; layer < layers; layer++) {
                float[] normed = norm(x, attentionNorms, layer * dim);
                float[] query = rotated(product(wq[layer], normed), position);
                keys[layer][position] = rotated(product(wk[layer], normed), position);
                values[layer][position] = product(wv[layer], normed);
                add(x, product(wo[layer], attention(query, keys[layer], values[layer], position)));
                normed = norm(x, feedForwardNorms, layer * dim);
                float[] gate = product(w1[layer], normed);
                float[] up = product(w3[layer], normed);
                for (int i = 0; i < hiddenDim; i++) {
                    gate[i] = gate[i] * (1f / (1f + (float) Math.exp(-gate[i]))) * up[i];
                }
                add(x, product(w2[layer], gate));
            }
            logits[position] = product(classifier, norm(x, finalNorm, 0));
        }
        return logits;
    }

    private static float[] norm(float[] x, float[] weight, int at) {
        float sum = 0;
        for (float value : x) {
            sum += value * value;
        }
        float scale = 1f / (float) Math.sqrt(sum / x.length + EPSILON);
        float[] out = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = weight[at + i] * (scale * x[i]);
        }
        return out;
    }

    private Int8 quantized(float[] x) {
        Int8 out = new Int8(new byte[x.length], new float[x.length / groupSize]);
        for (int group = 0; group < out.s.length; group++) {
            float max = 0;
            for (int i = group * groupSize; i < (group + 1) * groupSize; i++) {
                max = Math.max(max, Math.abs(x[i]));
            }
            out.s[group] = max / 127f;
            for (int i = group * groupSize; i < (group + 1) * groupSize; i++) {
                float ratio = x[i] / out.s[group];
                out.q[i] = (byte) (Math.signum(ratio) * Math.round(Math.abs(ratio)));
            }
        }
        return out;
    }

    private float[] product(Int8 w, float[] activations) {
        Int8 x = quantized(activations);
        int columns = activations.length;
        float[] out = new float[w.q.length / columns];
        for (int row = 0; row < out.length; row++) {
            for (int group = 0; group < columns / groupSize; group++) {
                int sum = 0;
                for (int k = group * groupSize; k < (group + 1) * groupSize; k++) {
                    sum += w.q[row * columns + k] * x.q[k];
                }
                out[row] += sum * w.s[row * columns / groupSize + group] * x.s[group];
            }
        }
        return out;
    }

    private float[] rotated(float[] x, int position) {
        int headLength = dim / heads;
        for (int i = 0; i < x.length; i += 2) {
            double angle = position * Math.pow(10000, -(i % headLength) / (double) headLength);
            float cos = (float) Math.cos(angle);
            float sin = (float) Math.sin(angle);
            float a = x[i];
            float b = x[i + 1];
            x[i] = a * cos - b * sin;
            x[i + 1] = a * sin + b * cos;
        }
        return x;
    }

    private float[] attention(float[] query, float[][] keys, float[][] values, int position) {
        int headLength = dim / heads;
        float[] out = new float[dim];
        for (int head = 0; head < heads; head++) {
            int at = head * headLength;
            int kvAt = head / (heads / kvHeads) * headLength;
            float[] weights = new float[position + 1];
            float max = Float.NEGATIVE_INFINITY;
            for (int p = 0; p <= position; p++) {
                for (int i = 0; i < headLength; i++) {
                    weights[p] += query[at + i] * keys[p][kvAt + i];
                }
                weights[p] /= (float) Math.sqrt(headLength);
                max = Math.max(max, weights[p]);
            }
            float sum = 0;
            for (int p = 0; p <= position; p++) {
                weights[p] = (float) Math.exp(weights[p] - max);
                sum += weights[p];
            }
            for (int p = 0; p <= position; p++) {
                for (int i = 0; i < headLength; i++) {
                    out[at + i] += weights[p] / sum * values[p][kvAt + i];
                }
            }
        }
        return out;
    }

    private static void add(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            x[i] += y[i];
        }
    }
}
