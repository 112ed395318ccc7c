package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import org.jspecify.annotations.Nullable;

/// Multi-head latent attention (DeepSeek-V2, 2024). Keys and values of all heads are products of one small latent vector,
/// which is all that the cache keeps, beside a key of its own for the rotation. The matrices that would make keys and values
/// of it are applied to queries and outputs instead: `q · (K c) = (Kᵀ q) · c`, `Σ p (V c) = V (Σ p c)`.
///
/// In the cache a key is the rotated part and then the latent vector, so that the rotation is at the front of a head.
final class LatentAttention implements Block {
    /// The lengths of a head.
    ///
    /// @param latent of the latent vector, `attention.kv_lora_rank`
    /// @param rotated values of a query or key that are rotated
    /// @param plain values of a query that are not
    /// @param value values of an output head
    record Lengths(int latent, int rotated, int plain, int value) {
        int query() {
            return plain + rotated;
        }

        int cachedKey() {
            return rotated + latent;
        }
    }

    private final Backend backend;
    private final int layer;
    private final AttentionShape shape;
    private final Lengths lengths;
    private final Rotary rotary;
    private final @Nullable PositionScale queryScale;
    private final @Nullable Linear queryDown; // attn_q_a
    private final @Nullable Norm queryNorm;
    private final Linear query; // attn_q_b, or attn_q
    private final Linear keyValueDown; // attn_kv_a_mqa
    private final Norm latentNorm;
    private final HeadMatrices keyUp; // transposed, [latent][plain] for each head
    private final HeadMatrices valueUp; // [value][latent] for each head
    private final Linear output;
    private final Activations queryLatent; // [rows][q_lora_rank]
    private final Activations queries; // as projected, [rows][headCount · (plain + rotated)]
    private final Activations down; // [rows][latent + rotated]
    private final Activations q; // as they meet the cache, [rows][headCount · (rotated + latent)]
    private final Activations k; // [rows][rotated + latent]
    private final Activations v; // the latent vector, [rows][latent]
    private final Activations attended; // [rows][headCount · latent]
    private final Activations heads; // [rows][headCount · value]

    /// Loads the projections of a layer.
    ///
    /// @param shape one kv head of the cached lengths
    /// @param queryRank `attention.q_lora_rank`, 0 if queries are not compressed
    LatentAttention(GraphBuilder b, int layer, AttentionShape shape, Lengths lengths, int queryRank, Rotary rotary,
            @Nullable PositionScale queryScale) {
        backend = b.backend();
        this.layer = layer;
        this.shape = shape;
        this.lengths = lengths;
        this.rotary = rotary;
        this.queryScale = queryScale;
        int headCount = shape.headCount();
        int queryLength = headCount * lengths.query();
        if (queryRank > 0) {
            queryDown = b.linear(layer, "attn_q_a", queryRank, b.width());
            queryNorm = b.rmsNorm(GraphBuilder.name(layer, "attn_q_a_norm"), queryRank);
            query = b.linear(layer, "attn_q_b", queryLength, queryRank);
        } else {
            queryDown = null;
            queryNorm = null;
            query = b.linear(layer, "attn_q", queryLength, b.width());
        }
        keyValueDown = b.linear(layer, "attn_kv_a_mqa", lengths.latent + lengths.rotated, b.width());
        latentNorm = b.rmsNorm(GraphBuilder.name(layer, "attn_kv_a_norm"), lengths.latent);
        boolean split = b.has(layer, "attn_k_b");
        Linear[] keys = split
                ? b.experts(layer, "attn_k_b", headCount, lengths.latent, lengths.plain)
                : new Linear[headCount];
        Linear[] values = split
                ? b.experts(layer, "attn_v_b", headCount, lengths.value, lengths.latent)
                : new Linear[headCount];
        if (!split) {
            loadBoth(b.weights(), GraphBuilder.name(layer, "attn_kv_b.weight"), keys, values);
        }
        keyUp = new HeadMatrices(keys);
        valueUp = new HeadMatrices(values);
        output = b.linear(layer, "attn_output", b.width(), headCount * lengths.value);
        queryLatent = b.buffer("q latent", queryRank);
        queries = b.buffer("queries", queryLength);
        down = b.buffer("kv latent", lengths.latent + lengths.rotated);
        q = b.buffer("q", headCount * lengths.cachedKey());
        k = b.buffer("k", lengths.cachedKey());
        v = b.buffer("v", lengths.latent);
        attended = b.buffer("attended", headCount * lengths.latent);
        heads = b.buffer("heads", headCount * lengths.value);
    }

    /// Older files have one tensor with the rows of each head's keys and then of its values; newer ones `attn_k_b`, transposed
    /// already, and `attn_v_b`.
    private void loadBoth(Weights w, String name, Linear[] keys, Linear[] values) {
        int each = lengths.plain + lengths.value;
        int total = shape.headCount() * each;
        for (int head = 0; head < shape.headCount(); head++) {
            int from = head * each;
            keys[head] = new Linear(w.transposedPart(name, total, lengths.latent, from, lengths.plain), 1f, null);
            values[head] = new Linear(
                    w.matrixPart(name, total, lengths.latent, from + lengths.plain, lengths.value), 1f, null);
        }
    }

    @Override
    public void forward(Activations in, Step step, Activations out) {
        int rows = step.rows();
        queries(in, step);
        keys(in, step);
        backend.storeKeysValues(shape, layer, k, v, rows, step);
        backend.attention(shape, layer, q, rows, step, attended);
        valueUp.apply(backend, attended, rows, heads);
        output.apply(backend, heads, rows, out);
    }

    private void queries(Activations in, Step step) {
        int rows = step.rows();
        if (queryDown != null && queryNorm != null) {
            queryDown.apply(backend, in, rows, queryLatent);
            queryNorm.apply(queryLatent, rows, queryLatent);
            query.apply(backend, queryLatent, rows, queries);
        } else {
            query.apply(backend, in, rows, queries);
        }
        keyUp.apply(backend, queries, rows, q);
        for (int head = 0; head < shape.headCount(); head++) {
            queries.copyColumns(head * lengths.query() + lengths.plain, q, head * lengths.cachedKey(), lengths.rotated,
                    rows);
        }
        rotary.rotate(q, rows, shape.headCount(), lengths.cachedKey());
        if (queryScale != null) {
            queryScale.apply(q, step);
        }
    }

    private void keys(Activations in, Step step) {
        int rows = step.rows();
        keyValueDown.apply(backend, in, rows, down);
        down.copyColumns(0, v, 0, lengths.latent, rows);
        latentNorm.apply(v, rows, v);
        down.copyColumns(lengths.latent, k, 0, lengths.rotated, rows);
        v.copyColumns(0, k, lengths.rotated, lengths.latent, rows);
        rotary.rotate(k, rows, 1, lengths.cachedKey());
    }
}
