package dev.railhead.core.reference;

import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.KvRows;

/// Attention over KV pages with an online softmax, a page at a time (Milakov and Gimelshein, "Online normalizer
/// calculation for softmax", 2018).
final class ReferenceAttention {
    private static final int PAGE = KvLayout.PAGE_LENGTH;

    private ReferenceAttention() {}

    static void store(AttentionShape shape, int layer, Activations k, Activations v, int rows, KvRows kv) {
        for (int r = 0; r < rows; r++) {
            int position = kv.position(r);
            for (int head = 0; head < shape.kvHeadCount(); head++) {
                var page = new ReferencePage(kv.layout(), layer, head, kv.page(layer, r, position / PAGE));
                page.storeKey(position % PAGE, k.values, r * k.columns + head * shape.keyLength(), shape.keyLength());
                page.storeValue(position % PAGE, v.values, r * v.columns + head * shape.valueLength(),
                        shape.valueLength());
            }
        }
    }

    static void attend(AttentionShape shape, int layer, Activations q, int rows, KvRows kv, Activations out) {
        for (int r = 0; r < rows; r++) {
            for (int head = 0; head < shape.headCount(); head++) {
                attendHead(shape, layer, q, r, head, kv, out);
            }
        }
    }

    private static void attendHead(AttentionShape shape, int layer, Activations q, int row, int head, KvRows kv,
            Activations out) {
        int kvHead = head / (shape.headCount() / shape.kvHeadCount());
        int query = row * q.columns + head * shape.keyLength();
        float[] o = new float[shape.valueLength()];
        float[] s = new float[PAGE];
        float[] sinks = shape.sinks();
        float max = sinks == null ? Float.NEGATIVE_INFINITY : sinks[head];
        float l = sinks == null ? 0f : 1f;
        int position = kv.position(row);
        int from = shape.mask().first(position);
        int to = shape.mask().end(position, kv.length(row));
        for (int first = from / PAGE * PAGE; first < to; first += PAGE) {
            var page = new ReferencePage(kv.layout(), layer, kvHead, kv.page(layer, row, first / PAGE));
            int begin = Math.max(from - first, 0);
            int end = Math.min(to - first, PAGE);
            float newMax = max;
            for (int j = begin; j < end; j++) {
                float dot = 0f;
                for (int d = 0; d < shape.keyLength(); d++) {
                    dot = Math.fma(q.values[query + d], page.key(j, d), dot);
                }
                s[j] = score(shape, head, first + j - position, dot);
                newMax = Math.max(newMax, s[j]);
            }
            float rescale = Arithmetic.exp(max - newMax);
            max = newMax;
            float[] lanes = new float[Arithmetic.LANES];
            for (int j = begin; j < end; j++) {
                s[j] = Arithmetic.exp(s[j] - max);
                lanes[j % Arithmetic.LANES] += s[j];
            }
            l = Math.fma(l, rescale, Arithmetic.combine(lanes));
            for (int d = 0; d < o.length; d++) {
                float acc = o[d] * rescale;
                for (int j = begin; j < end; j++) {
                    acc = Math.fma(s[j], page.value(j, d, o.length), acc);
                }
                o[d] = acc;
            }
        }
        float inverse = 1f / l;
        for (int d = 0; d < o.length; d++) {
            out.values[row * out.columns + head * o.length + d] = o[d] * inverse;
        }
    }

    private static float score(AttentionShape shape, int head, int distance, float dot) {
        float s = dot * shape.scale();
        if (shape.bias() != null) {
            s += shape.bias().of(head, distance);
        }
        return shape.softcap() > 0 ? shape.softcap() * Arithmetic.tanh(s / shape.softcap()) : s;
    }
}
