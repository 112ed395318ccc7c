package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import org.jspecify.annotations.Nullable;

/// Grouped-query attention (Ainslie et al., 2023): its inputs, what happens to them on the way, and `attn_output`. The `with`
/// methods are for the family that builds it.
final class Attention implements KeepingBlock {
    private final GraphBuilder b;
    private final Backend backend;
    private final int layer;
    private final int kvLayer;
    private AttentionShape shape;
    private final AttentionInputs inputs;
    private final Linear output;
    private final Activations attended; // [rows][headCount · valueLength]
    private @Nullable HeadNorm queryNorm;
    private @Nullable HeadNorm keyNorm;
    private @Nullable HeadNorm valueNorm;
    private @Nullable Rotary rotary;
    private @Nullable PositionScale queryScale;
    private boolean keptBefore;

    private Attention(GraphBuilder b, int layer, int kvLayer, AttentionShape shape, AttentionInputs inputs) {
        this.b = b;
        this.layer = layer;
        this.kvLayer = kvLayer;
        this.shape = shape;
        this.inputs = inputs;
        backend = b.backend();
        int attendedLength = shape.headCount() * shape.valueLength();
        output = b.linear(layer, "attn_output", b.width(), attendedLength);
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
        return new Attention(b, layer, kvLayer, shape, AttentionInputs.of(b, layer, shape));
    }

    /// Attention whose values are the keys before norm and rotation.
    static Attention ofKeysAsValues(GraphBuilder b, int layer, AttentionShape shape) {
        return new Attention(b, layer, layer, shape, AttentionInputs.ofKeysAsValues(b, layer, shape));
    }

    /// Attention to the keys and values of an earlier layer. Those of its own, which a file may have, are not used.
    ///
    /// @param kvLayer the earlier layer
    static Attention ofQueries(GraphBuilder b, int layer, AttentionShape shape, int kvLayer) {
        return new Attention(b, layer, kvLayer, shape, AttentionInputs.ofQueries(b, layer, shape));
    }

    /// Attention whose output is weighed by a sigmoid (Qwen 3.5).
    static Attention gated(GraphBuilder b, int layer, AttentionShape shape) {
        return new Attention(b, layer, layer, shape, AttentionInputs.gated(b, layer, shape));
    }

    /// Rotates queries and keys.
    Attention withRotary(@Nullable Rotary positions) {
        rotary = positions;
        return this;
    }

    /// Root mean square norms `attn_q_norm` and `attn_k_norm` over each head, before the rotation (Qwen 3, Gemma 3).
    Attention withHeadNorms() {
        queryNorm = HeadNorm.rms(b, layer, "attn_q_norm", inputs.q(), shape.keyLength());
        if (inputs.hasKeys()) {
            keyNorm = HeadNorm.rms(b, layer, "attn_k_norm", inputs.k(), shape.keyLength());
        }
        return this;
    }

    /// A root mean square norm without weights over each head of the values (Gemma 4).
    Attention withValueNorm() {
        valueNorm = HeadNorm.rmsOfOnes(b, inputs.v(), shape.valueLength());
        return this;
    }

    /// Root mean square norms `attn_q_norm` and `attn_k_norm` over all heads together, before the rotation (OLMo 2).
    Attention withFullNorms() {
        queryNorm = HeadNorm.fullRms(b, layer, "attn_q_norm", inputs.q());
        keyNorm = HeadNorm.fullRms(b, layer, "attn_k_norm", inputs.k());
        return this;
    }

    /// Layer norms `attn_q_norm` and `attn_k_norm` over all heads together (Jina's models for code).
    Attention withFullLayerNorms() {
        queryNorm = HeadNorm.fullLayer(b, layer, "attn_q_norm", inputs.q());
        keyNorm = HeadNorm.fullLayer(b, layer, "attn_k_norm", inputs.k());
        return this;
    }

    /// Layer norms without bias over each head, with weights `attn_q_norm` and `attn_k_norm` of each head's own, before the
    /// rotation (StableLM 2, Command R+); those that the file has.
    Attention withHeadLayerNorms() {
        if (b.has(layer, "attn_q_norm")) {
            queryNorm = HeadNorm.layer(b, layer, "attn_q_norm", inputs.q(), shape.keyLength());
        }
        if (b.has(layer, "attn_k_norm")) {
            keyNorm = HeadNorm.layer(b, layer, "attn_k_norm", inputs.k(), shape.keyLength());
        }
        return this;
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

    @Override
    public void forward(Activations in, Step step, Activations out) {
        int rows = step.rows();
        if (keptBefore) {
            inputs.projectQueries(in, rows);
        } else {
            inputs.project(in, rows);
        }
        queries(step);
        if (inputs.hasKeys() && !keptBefore) {
            keysAndValues(step);
        }
        backend.attention(shape, kvLayer, inputs.q(), rows, step, attended);
        Activations gate = inputs.gate();
        if (gate != null) {
            backend.gate(Activation.SIGMOID, gate, attended, rows);
        }
        output.apply(backend, gate != null ? gate : attended, rows, out);
    }

    @Override
    public void keep(Activations in, Step step) {
        inputs.projectKeysAndValues(in, step.rows());
        keysAndValues(step);
    }

    private void queries(Step step) {
        prepare(inputs.q(), step.rows(), shape.headCount(), queryNorm);
        if (queryScale != null) {
            queryScale.apply(inputs.q(), step);
        }
    }

    private void keysAndValues(Step step) {
        int rows = step.rows();
        if (valueNorm != null) {
            valueNorm.apply(rows, inputs.v().columns);
        }
        prepare(inputs.k(), rows, shape.kvHeadCount(), keyNorm);
        backend.storeKeysValues(shape, kvLayer, inputs.k(), inputs.v(), rows, step);
    }

    /// Norm and rotation of queries or keys.
    private void prepare(Activations x, int rows, int heads, @Nullable HeadNorm norm) {
        if (norm != null) {
            norm.apply(rows, x.columns);
        }
        if (rotary != null) {
            rotary.rotate(x, rows, heads, shape.keyLength());
        }
    }
}
