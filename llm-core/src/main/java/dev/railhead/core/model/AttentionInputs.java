package dev.railhead.core.model;

import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What attention is computed of: the projections of queries, keys and values, `attn_q`, `attn_k` and `attn_v` or the fused
/// `attn_qkv` in this order, in the variants that families have.
final class AttentionInputs {
    private static final int Q = 0;
    private static final int K = 1;
    private static final int V = 2;
    private static final String[] ROLES = {"q", "k", "v"};

    private final Backend backend;
    private final AttentionShape shape;
    private final Linear[] projections; // of q, k, v; without v, k is the value too; without both there are none
    private final Activations[] outputs; // of the projections, [rows][heads · length] each; q without its gate
    private final Activations values; // [rows][kvHeadCount · valueLength]
    private final @Nullable Activations queryAndGate; // [rows][heads · (query, gate)]
    private final @Nullable Activations gate; // [rows][heads · valueLength]

    private AttentionInputs(GraphBuilder b, AttentionShape shape, Linear[] projections, boolean gated) {
        backend = b.backend();
        this.shape = shape;
        this.projections = projections;
        outputs = new Activations[projections.length];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = b.buffer(ROLES[i], i == Q ? queryLength(shape) : projections[i].rows());
        }
        values = b.buffer("v", valueLength(shape));
        queryAndGate = gated ? b.buffer("q and gate", projections[Q].rows()) : null;
        gate = gated ? b.buffer("attention gate", shape.headCount() * shape.valueLength()) : null;
    }

    /// Queries, keys and values.
    static AttentionInputs of(GraphBuilder b, int layer, AttentionShape shape) {
        return new AttentionInputs(b, shape, all(b, layer, shape, queryLength(shape)), false);
    }

    /// Queries and keys, which are the values too, as they are before norm and rotation.
    static AttentionInputs ofKeysAsValues(GraphBuilder b, int layer, AttentionShape shape) {
        return new AttentionInputs(b, shape, new Linear[]{query(b, layer, shape),
                b.linear(layer, "attn_k", keyLength(shape), b.width())}, false);
    }

    /// Queries alone. Keys and values, which a file may have, are not used.
    static AttentionInputs ofQueries(GraphBuilder b, int layer, AttentionShape shape) {
        Linear query = b.has(layer, "attn_qkv")
                ? fused(b, layer, queryLength(shape), keyLength(shape), valueLength(shape))[Q]
                : query(b, layer, shape);
        return new AttentionInputs(b, shape, new Linear[]{query}, false);
    }

    /// As [#of], where `attn_q`, or what `attn_qkv` has in its place, has for each head the query and then a gate as long as a
    /// value.
    static AttentionInputs gated(GraphBuilder b, int layer, AttentionShape shape) {
        int queriesAndGates = shape.headCount() * (shape.keyLength() + shape.valueLength());
        return new AttentionInputs(b, shape, all(b, layer, shape, queriesAndGates), true);
    }

    private static Linear[] all(GraphBuilder b, int layer, AttentionShape shape, int q) {
        int k = keyLength(shape);
        int v = valueLength(shape);
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

    private static Linear query(GraphBuilder b, int layer, AttentionShape shape) {
        return b.linear(layer, "attn_q", queryLength(shape), b.width());
    }

    private static int queryLength(AttentionShape shape) {
        return shape.headCount() * shape.keyLength();
    }

    private static int keyLength(AttentionShape shape) {
        return shape.kvHeadCount() * shape.keyLength();
    }

    private static int valueLength(AttentionShape shape) {
        return shape.kvHeadCount() * shape.valueLength();
    }

    /// The queries, `[rows][headCount · keyLength]`.
    Activations q() {
        return outputs[Q];
    }

    /// Whether there are keys and values.
    boolean hasKeys() {
        return outputs.length > K;
    }

    /// The keys, `[rows][kvHeadCount · keyLength]`, if there are any.
    Activations k() {
        return outputs[K];
    }

    /// The values, `[rows][kvHeadCount · valueLength]`, if there are any.
    Activations v() {
        return values;
    }

    /// What weighs the result before a sigmoid, `[rows][headCount · valueLength]`; null for nothing.
    @Nullable
    Activations gate() {
        return gate;
    }

    /// Computes all of them.
    void project(Activations in, int rows) {
        if (queryAndGate == null || gate == null) {
            Linear.apply(backend, in, rows, projections, outputs);
        } else {
            Linear.apply(backend, in, rows, projections, new Activations[]{queryAndGate, outputs[K], outputs[V]});
            split(queryAndGate, gate, rows);
        }
        keysAsValues(rows);
    }

    /// Computes queries without a gate only.
    void projectQueries(Activations in, int rows) {
        projections[Q].apply(backend, in, rows, outputs[Q]);
    }

    /// Computes keys and values only.
    void projectKeysAndValues(Activations in, int rows) {
        Linear.apply(backend, in, rows, Arrays.copyOfRange(projections, K, projections.length),
                Arrays.copyOfRange(outputs, K, outputs.length));
        keysAsValues(rows);
    }

    private void keysAsValues(int rows) {
        if (outputs.length == V) {
            outputs[K].copyColumns(0, values, 0, values.columns, rows);
        }
    }

    private void split(Activations both, Activations gates, int rows) {
        int key = shape.keyLength();
        int value = shape.valueLength();
        for (int head = 0; head < shape.headCount(); head++) {
            both.copyColumns(head * (key + value), outputs[Q], head * key, key, rows);
            both.copyColumns(head * (key + value) + key, gates, head * value, value, rows);
        }
    }
}
