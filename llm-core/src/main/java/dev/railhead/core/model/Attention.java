package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Grouped-query attention (Ainslie et al., 2023) with its projections, `attn_q`, `attn_k`, `attn_v` or the fused
/// `attn_qkv` in this order, and `attn_output`. The `with` methods are for the family that builds it.
final class Attention implements Block {
    private final GraphBuilder b;
    private final Backend backend;
    private final int layer;
    private int kvLayer;
    private AttentionShape shape;
    private final Linear[] projections; // q, k, v
    private final Linear output;
    private final Activations[] qkv; // [rows][heads · length] each
    private final Activations attended; // [rows][headCount · valueLength]
    private @Nullable HeadNorm queryNorm;
    private @Nullable HeadNorm keyNorm;
    private @Nullable Rotary rotary;
    private @Nullable PositionScale queryScale;

    /// Loads the projections of a layer.
    Attention(GraphBuilder b, int layer, AttentionShape shape) {
        this.b = b;
        this.layer = layer;
        kvLayer = layer;
        this.shape = shape;
        backend = b.backend();
        int q = shape.headCount() * shape.keyLength();
        int k = shape.kvHeadCount() * shape.keyLength();
        int v = shape.kvHeadCount() * shape.valueLength();
        projections = b.has(layer, "attn_qkv")
                ? b.fused(layer, "attn_qkv", b.width(), q, k, v)
                : new Linear[]{b.linear(layer, "attn_q", q, b.width()), b.linear(layer, "attn_k", k, b.width()),
                        b.linear(layer, "attn_v", v, b.width())};
        int values = shape.headCount() * shape.valueLength();
        output = b.linear(layer, "attn_output", b.width(), values);
        qkv = new Activations[]{b.buffer("q", q), b.buffer("k", k), b.buffer("v", v)};
        attended = b.buffer("attended", values);
    }

    /// Keeps keys and values where another layer of the cache does.
    Attention withKeysValuesAt(int layerOfCache) {
        kvLayer = layerOfCache;
        return this;
    }

    /// Rotates queries and keys.
    Attention withRotary(@Nullable Rotary positions) {
        rotary = positions;
        return this;
    }

    /// Root mean square norms `attn_q_norm` and `attn_k_norm` over each head, before the rotation (Qwen 3, Gemma 3).
    Attention withHeadNorms() {
        queryNorm = new HeadNorm(headNorm("attn_q_norm"), qkv[0].view(shape.keyLength()));
        keyNorm = new HeadNorm(headNorm("attn_k_norm"), qkv[1].view(shape.keyLength()));
        return this;
    }

    private Norm headNorm(String part) {
        return b.rmsNorm(GraphBuilder.name(layer, part), shape.keyLength());
    }

    /// Root mean square norms `attn_q_norm` and `attn_k_norm` over all heads together, before the rotation (OLMo 2).
    Attention withFullNorms() {
        queryNorm = new HeadNorm(b.rmsNorm(GraphBuilder.name(layer, "attn_q_norm"), qkv[0].columns), qkv[0]);
        keyNorm = new HeadNorm(b.rmsNorm(GraphBuilder.name(layer, "attn_k_norm"), qkv[1].columns), qkv[1]);
        return this;
    }

    /// Other norms of queries and keys, before the rotation.
    Attention withNorms(Norm query, Norm key) {
        queryNorm = new HeadNorm(query, qkv[0]);
        keyNorm = new HeadNorm(key, qkv[1]);
        return this;
    }

    /// Layer norms without bias over each head, with weights `attn_q_norm` and `attn_k_norm` of each head's own, before the
    /// rotation (StableLM 2, Command R+).
    Attention withHeadLayerNorms() {
        return withNorms(headLayerNorm("attn_q_norm", shape.headCount()),
                headLayerNorm("attn_k_norm", shape.kvHeadCount()));
    }

    private Norm headLayerNorm(String part, int heads) {
        int length = shape.keyLength();
        float[] weight = b.weights().vectors(GraphBuilder.name(layer, part) + ".weight", heads, length);
        float[] ones = new float[length];
        Arrays.fill(ones, 1f);
        float epsilon = b.hp().epsilon();
        return (in, rows, out) -> {
            backend.layerNorm(in.view(length), rows * heads, ones, null, epsilon, out.view(length));
            Rows.multiply(out, rows, weight);
        };
    }

    /// A sink for each query head, `attn_sinks`.
    Attention withSinks() {
        shape = shape
                .withSinks(b.weights().vector(GraphBuilder.name(layer, "attn_sinks.weight"), shape.headCount()));
        return this;
    }

    /// Multiplies queries by a factor that depends on their position, after the rotation.
    Attention withQueryScale(@Nullable PositionScale scale) {
        queryScale = scale;
        return this;
    }

    /// A norm and the rows it takes, which may be heads.
    private record HeadNorm(Norm norm, Activations heads) {
        void apply(int rows, int columns) {
            norm.apply(heads, rows * (columns / heads.columns), heads);
        }
    }

    @Override
    public void forward(Activations in, Step step, Activations out) {
        int rows = step.rows();
        Activations q = qkv[0];
        Activations k = qkv[1];
        Linear.apply(backend, in, rows, projections, qkv);
        if (queryNorm != null && keyNorm != null) {
            queryNorm.apply(rows, q.columns);
            keyNorm.apply(rows, k.columns);
        }
        if (rotary != null) {
            rotary.rotate(q, rows, shape.headCount(), shape.keyLength());
            rotary.rotate(k, rows, shape.kvHeadCount(), shape.keyLength());
        }
        if (queryScale != null) {
            queryScale.apply(q, step);
        }
        backend.storeKeysValues(shape, kvLayer, k, qkv[2], rows, step);
        backend.attention(shape, kvLayer, q, rows, step, attended);
        output.apply(backend, attended, rows, out);
    }
}
