package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Grouped-query attention (Ainslie et al., 2023) with its projections, `attn_q`, `attn_k`, `attn_v` or the fused
/// `attn_qkv` in this order, and `attn_output`. The `with` methods are for the family that builds it.
final class Attention implements KeepingBlock {
    private static final int Q = 0;
    private static final int K = 1;
    private static final int V = 2;

    private final GraphBuilder b;
    private final Backend backend;
    private final int layer;
    private final int kvLayer;
    private AttentionShape shape;
    private final Linear[] projections; // of q, k, v; without v, k is the value too; without both, another layer's are read
    private final Linear output;
    private final Activations[] qkv; // what the projections give, [rows][heads · length] each
    private final Activations values; // [rows][kvHeadCount · valueLength]
    private final Activations attended; // [rows][headCount · valueLength]
    private final @Nullable Activations queryAndGate; // [rows][heads · (query, gate)]
    private final @Nullable Activations gate; // [rows][heads · valueLength]
    private @Nullable HeadNorm queryNorm;
    private @Nullable HeadNorm keyNorm;
    private @Nullable HeadNorm valueNorm;
    private @Nullable Rotary rotary;
    private @Nullable PositionScale queryScale;
    private boolean keptBefore;

    private Attention(GraphBuilder b, int layer, int kvLayer, AttentionShape shape, Linear[] projections,
            boolean gated) {
        this.b = b;
        this.layer = layer;
        this.kvLayer = kvLayer;
        this.shape = shape;
        this.projections = projections;
        backend = b.backend();
        int attendedLength = shape.headCount() * shape.valueLength();
        output = b.linear(layer, "attn_output", b.width(), attendedLength);
        qkv = new Activations[projections.length];
        String[] roles = {"q", "k", "v"};
        for (int i = 0; i < qkv.length; i++) {
            qkv[i] = b.buffer(roles[i], i == Q ? shape.headCount() * shape.keyLength() : projections[i].rows());
        }
        queryAndGate = gated ? b.buffer("q and gate", projections[Q].rows()) : null;
        gate = gated ? b.buffer("attention gate", attendedLength) : null;
        values = b.buffer("v", shape.kvHeadCount() * shape.valueLength());
        attended = b.buffer("attended", attendedLength);
    }

    /// Attention with keys and values of its own.
    static Attention of(GraphBuilder b, int layer, AttentionShape shape) {
        return of(b, layer, shape, layer);
    }

    /// As [#of(GraphBuilder, int, AttentionShape)], with keys and values where another layer's were.
    ///
    /// @param kvLayer the layer of the cache
    static Attention of(GraphBuilder b, int layer, AttentionShape shape, int kvLayer) {
        int k = shape.kvHeadCount() * shape.keyLength();
        int v = shape.kvHeadCount() * shape.valueLength();
        Linear[] projections = projections(b, layer, shape.headCount() * shape.keyLength(), k, v);
        return new Attention(b, layer, kvLayer, shape, projections, false);
    }

    private static Linear[] projections(GraphBuilder b, int layer, int q, int k, int v) {
        return b.has(layer, "attn_qkv")
                ? fused(b, layer, q, k, v)
                : new Linear[]{b.linear(layer, "attn_q", q, b.width()), b.linear(layer, "attn_k", k, b.width()),
                        b.linear(layer, "attn_v", v, b.width())};
    }

    /// The parts of `attn_qkv`, with its bias or, where it has none, those of q, k and v.
    private static Linear[] fused(GraphBuilder b, int layer, int... rows) {
        Linear[] parts = b.fused(layer, "attn_qkv", b.width(), rows);
        String[] names = {"attn_q.bias", "attn_k.bias", "attn_v.bias"};
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].bias() == null) {
                parts[i] = parts[i].withBias(b.weights().optionalVector(GraphBuilder.name(layer, names[i]), rows[i]));
            }
        }
        return parts;
    }

    /// Attention whose values are the keys before norm and rotation.
    static Attention ofKeysAsValues(GraphBuilder b, int layer, AttentionShape shape) {
        return new Attention(b, layer, layer, shape, new Linear[]{query(b, layer, shape),
                b.linear(layer, "attn_k", shape.kvHeadCount() * shape.keyLength(), b.width())}, false);
    }

    private static Linear query(GraphBuilder b, int layer, AttentionShape shape) {
        return b.linear(layer, "attn_q", shape.headCount() * shape.keyLength(), b.width());
    }

    /// Attention to the keys and values of an earlier layer. Those of its own, which a file may have, are not used.
    ///
    /// @param kvLayer the earlier layer
    static Attention ofQueries(GraphBuilder b, int layer, AttentionShape shape, int kvLayer) {
        int q = shape.headCount() * shape.keyLength();
        int k = shape.kvHeadCount() * shape.keyLength();
        int v = shape.kvHeadCount() * shape.valueLength();
        Linear query = b.has(layer, "attn_qkv") ? fused(b, layer, q, k, v)[Q] : query(b, layer, shape);
        return new Attention(b, layer, kvLayer, shape, new Linear[]{query}, false);
    }

    /// Attention whose output is weighed by a sigmoid (Qwen 3.5): `attn_q`, or what `attn_qkv` has
    /// in its place, has for each head the query and then the gate.
    static Attention gated(GraphBuilder b, int layer, AttentionShape shape) {
        int q = shape.headCount() * (shape.keyLength() + shape.valueLength());
        int k = shape.kvHeadCount() * shape.keyLength();
        int v = shape.kvHeadCount() * shape.valueLength();
        return new Attention(b, layer, layer, shape, projections(b, layer, q, k, v), true);
    }

    /// Rotates queries and keys.
    Attention withRotary(@Nullable Rotary positions) {
        rotary = positions;
        return this;
    }

    /// Root mean square norms `attn_q_norm` and `attn_k_norm` over each head, before the rotation (Qwen 3, Gemma 3).
    Attention withHeadNorms() {
        queryNorm = new HeadNorm(rmsNorm("attn_q_norm", shape.keyLength()), qkv[Q].view(shape.keyLength()));
        if (qkv.length > K) {
            keyNorm = new HeadNorm(rmsNorm("attn_k_norm", shape.keyLength()), qkv[K].view(shape.keyLength()));
        }
        return this;
    }

    private Norm rmsNorm(String part, int length) {
        return b.rmsNorm(GraphBuilder.name(layer, part), length);
    }

    /// A root mean square norm without weights over each head of the values (Gemma 4).
    Attention withValueNorm() {
        float[] ones = new float[shape.valueLength()];
        Arrays.fill(ones, 1f);
        valueNorm = new HeadNorm(Norm.rms(backend, ones, b.hp().rmsEpsilon()), values.view(ones.length));
        return this;
    }

    /// Root mean square norms `attn_q_norm` and `attn_k_norm` over all heads together, before the rotation (OLMo 2).
    Attention withFullNorms() {
        return withNorms(rmsNorm("attn_q_norm", qkv[Q].columns), rmsNorm("attn_k_norm", qkv[K].columns));
    }

    /// Layer norms `attn_q_norm` and `attn_k_norm` over all heads together (Jina's models for code).
    Attention withFullLayerNorms() {
        return withNorms(b.layerNorm(GraphBuilder.name(layer, "attn_q_norm"), qkv[Q].columns),
                b.layerNorm(GraphBuilder.name(layer, "attn_k_norm"), qkv[K].columns));
    }

    private Attention withNorms(Norm query, Norm key) {
        queryNorm = new HeadNorm(query, qkv[Q]);
        keyNorm = new HeadNorm(key, qkv[K]);
        return this;
    }

    /// Layer norms without bias over each head, with weights `attn_q_norm` and `attn_k_norm` of each head's own, before the
    /// rotation (StableLM 2, Command R+); those that the file has.
    Attention withHeadLayerNorms() {
        if (b.has(layer, "attn_q_norm")) {
            queryNorm = new HeadNorm(headLayerNorm("attn_q_norm", shape.headCount()), qkv[Q]);
        }
        if (b.has(layer, "attn_k_norm")) {
            keyNorm = new HeadNorm(headLayerNorm("attn_k_norm", shape.kvHeadCount()), qkv[K]);
        }
        return this;
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

    /// Leaves keys and values to [#keep], for rows that see those behind them.
    Attention withKeysKeptBefore() {
        keptBefore = true;
        return this;
    }

    /// A norm and the rows it takes, which may be heads.
    private record HeadNorm(Norm norm, Activations heads) {
        void apply(int rows, int columns) {
            norm.apply(heads, rows * (columns / heads.columns), heads);
        }

        static void apply(@Nullable HeadNorm norm, int rows, Activations x) {
            if (norm != null) {
                norm.apply(rows, x.columns);
            }
        }
    }

    @Override
    public void forward(Activations in, Step step, Activations out) {
        int rows = step.rows();
        if (keptBefore) {
            projections[Q].apply(backend, in, rows, qkv[Q]);
        } else {
            project(in, rows);
        }
        queries(step);
        if (qkv.length > K && !keptBefore) {
            keysAndValues(step);
        }
        backend.attention(shape, kvLayer, qkv[Q], rows, step, attended);
        if (gate != null) {
            backend.gate(Activation.SIGMOID, gate, attended, rows);
        }
        output.apply(backend, gate != null ? gate : attended, rows, out);
    }

    @Override
    public void keep(Activations in, Step step) {
        Linear.apply(backend, in, step.rows(), Arrays.copyOfRange(projections, K, projections.length),
                Arrays.copyOfRange(qkv, K, qkv.length));
        keysAndValues(step);
    }

    private void project(Activations in, int rows) {
        if (queryAndGate == null || gate == null) {
            Linear.apply(backend, in, rows, projections, qkv);
            return;
        }
        Linear.apply(backend, in, rows, projections, new Activations[]{queryAndGate, qkv[K], qkv[V]});
        int key = shape.keyLength();
        int value = shape.valueLength();
        for (int head = 0; head < shape.headCount(); head++) {
            Rows.copy(queryAndGate, head * (key + value), qkv[Q], head * key, key, rows);
            Rows.copy(queryAndGate, head * (key + value) + key, gate, head * value, value, rows);
        }
    }

    private void queries(Step step) {
        int rows = step.rows();
        HeadNorm.apply(queryNorm, rows, qkv[Q]);
        if (rotary != null) {
            rotary.rotate(qkv[Q], rows, shape.headCount(), shape.keyLength());
        }
        if (queryScale != null) {
            queryScale.apply(qkv[Q], step);
        }
    }

    private void keysAndValues(Step step) {
        int rows = step.rows();
        if (qkv.length == V) {
            Rows.copy(qkv[K], 0, values, 0, values.columns, rows);
        }
        HeadNorm.apply(valueNorm, rows, values);
        HeadNorm.apply(keyNorm, rows, qkv[K]);
        if (rotary != null) {
            rotary.rotate(qkv[K], rows, shape.kvHeadCount(), shape.keyLength());
        }
        backend.storeKeysValues(shape, kvLayer, qkv[K], values, rows, step);
    }
}
