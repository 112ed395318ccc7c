package dev.railhead.core.reference;

import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.KvRows;

/// Causal attention over KV pages with an online softmax, a page at a time (Milakov and Gimelshein, "Online normalizer
/// calculation for softmax", 2018).
final class ReferenceAttention {
    private static final int PAGE = KvLayout.PAGE_LENGTH;

    private ReferenceAttention() {}

    static void store(AttentionShape shape, int layer, Activations k, Activations v, int rows, KvRows kv) {
        for (int r = 0; r < rows; r++) {
            int position = kv.position(r);
            for (int head = 0; head < shape.kvHeadCount(); head++) {
                var page = new ReferencePage(kv.layout(), layer, head, kv.page(r, position / PAGE));
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
        float max = Float.NEGATIVE_INFINITY;
        float l = 0f;
        int position = kv.position(row);
        for (int first = 0; first <= position; first += PAGE) {
            var page = new ReferencePage(kv.layout(), layer, kvHead, kv.page(row, first / PAGE));
            int n = Math.min(PAGE, position + 1 - first);
            float newMax = max;
            for (int j = 0; j < n; j++) {
                float dot = 0f;
                for (int d = 0; d < shape.keyLength(); d++) {
                    dot = Math.fma(q.values[query + d], page.key(j, d), dot);
                }
                s[j] = dot * shape.scale();
                newMax = Math.max(newMax, s[j]);
            }
            float rescale = Arithmetic.exp(max - newMax);
            max = newMax;
            float[] lanes = new float[Arithmetic.LANES];
            for (int j = 0; j < n; j++) {
                s[j] = Arithmetic.exp(s[j] - max);
                lanes[j % Arithmetic.LANES] += s[j];
            }
            l = Math.fma(l, rescale, Arithmetic.combine(lanes));
            for (int d = 0; d < o.length; d++) {
                float acc = o[d] * rescale;
                for (int j = 0; j < n; j++) {
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
}
