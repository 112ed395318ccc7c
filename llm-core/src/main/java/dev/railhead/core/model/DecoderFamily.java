package dev.railhead.core.model;

import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.Metadata;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What decoder families have in common. A family's file says how its layers are put together and what else differs.
abstract class DecoderFamily implements Architecture {
    private final String name;
    private final String models;

    /// @param name the value of `general.architecture`
    /// @param models the best known models, for people
    DecoderFamily(String name, String models) {
        this.name = name;
        this.models = models;
    }

    @Override
    public final String models() {
        return models;
    }

    @Override
    public final String name() {
        return name;
    }

    /// The attention of a layer, from the hyperparameters alone; null for a layer without.
    @Nullable
    AttentionShape attention(Hyperparameters hp, int layer) {
        return hp.attentionShape(layer);
    }

    /// Loads all layers.
    Layer[] layers(GraphBuilder b) {
        Layer[] layers = new Layer[b.hp().blockCount()];
        for (int layer = 0; layer < layers.length; layer++) {
            layers[layer] = layer(b, layer);
        }
        return layers;
    }

    /// Loads a layer; called once for each, in order.
    abstract Layer layer(GraphBuilder b, int layer);

    /// How tokens become hidden states.
    Embedding embedding(GraphBuilder b) {
        return Embedding.of(b);
    }

    /// How hidden states become logits.
    OutputHead head(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.rmsNorm("output_norm", b.width()), output(b, embedding));
    }

    /// As [#head], with a layer norm.
    static OutputHead layerNormHead(GraphBuilder b, Embedding embedding) {
        return new OutputHead(b, b.layerNorm("output_norm", b.width()), output(b, embedding));
    }

    /// As [#head], with capped logits.
    ///
    /// @param softcap as [OutputHead]'s; 0 for none
    static OutputHead cappedHead(GraphBuilder b, Embedding embedding, float softcap) {
        return new OutputHead(b, b.rmsNorm("output_norm", b.width()), output(b, embedding), 1f, softcap);
    }

    /// `output.weight`, or the table of embeddings where the file has none.
    static Linear output(GraphBuilder b, Embedding embedding) {
        return b.weights().has("output.weight")
                ? b.linear("output", embedding.table().rows(), b.width())
                : new Linear(embedding.table(), 1f,
                        b.weights().optionalVector("output.bias", embedding.table().rows()));
    }

    /// As [#output], in a family whose files all have `output.weight`: without it one is incomplete, for llama.cpp too.
    static Linear ownOutput(GraphBuilder b, Embedding embedding) {
        b.weights().require("output.weight");
        return output(b, embedding);
    }

    /// The attention of a layer that has one, with its weights.
    final Attention attention(GraphBuilder b, int layer) {
        return Attention.of(b, layer, Objects.requireNonNull(attention(b.hp(), layer)));
    }

    /// The usual layer: `x += attention(attn_norm(x)); x += feedForward(ffn_norm(x))` with root mean square norms.
    static Layer preNorm(GraphBuilder b, int layer, Block attention, Block feedForward) {
        return Residual.of(b, b.rmsNorm(layer, "attn_norm"), attention)
                .then(Residual.of(b, b.rmsNorm(layer, "ffn_norm"), feedForward));
    }

    /// As [#preNorm], and what each branch adds is normalised too, by `post_attention_norm` and `post_ffw_norm`.
    static Layer prePostNorm(GraphBuilder b, int layer, Block attention, Block feedForward) {
        return Residual.of(b, b.rmsNorm(layer, "attn_norm"), attention, b.rmsNorm(layer, "post_attention_norm"))
                .then(Residual.of(b, b.rmsNorm(layer, "ffn_norm"), feedForward,
                        b.rmsNorm(layer, "post_ffw_norm")));
    }

    @Override
    public final Graph load(Weights weights, int contextLength, int capacity) {
        GraphBuilder b = new GraphBuilder(weights, contextLength, capacity);
        Embedding embedding = embedding(b);
        Layer[] layers = layers(b);
        OutputHead head = head(b, embedding);
        UnreadTensors.refuse(weights, name, layers.length);
        return new DecoderGraph(b, embedding, layers, head);
    }

    @Override
    public final KvLayout kvLayout(Metadata metadata) {
        Hyperparameters hp = new Hyperparameters(metadata);
        int layers = hp.blockCount();
        int[] kvHeads = new int[layers];
        int[] keyLength = new int[layers];
        int[] valueLength = new int[layers];
        int[] windows = new int[layers];
        for (int layer = 0; layer < layers; layer++) {
            AttentionShape shape = attention(hp, layer);
            if (shape != null && keepsKeysValues(hp, layer)) {
                kvHeads[layer] = shape.kvHeadCount();
                keyLength[layer] = shape.keyLength();
                valueLength[layer] = shape.valueLength();
                windows[layer] = shape.mask().causal() ? shape.mask().window() : 0;
            }
        }
        return new KvLayout(kvHeads, keyLength, valueLength).withWindows(windows);
    }

    /// Whether a layer with attention has keys and values of its own.
    boolean keepsKeysValues(Hyperparameters hp, int layer) {
        return true;
    }

    /// The length of a layer's recurrent state; 0 for a layer without.
    int stateLength(Hyperparameters hp, int layer) {
        return 0;
    }

    @Override
    public final int[] stateLengths(Metadata metadata) {
        Hyperparameters hp = new Hyperparameters(metadata);
        return IntStream.range(0, hp.blockCount()).map(layer -> stateLength(hp, layer)).toArray();
    }

    @Override
    public final AttentionShape attention(Metadata metadata) {
        Hyperparameters hp = new Hyperparameters(metadata);
        for (int layer = 0; layer < hp.blockCount(); layer++) {
            AttentionShape shape = attention(hp, layer);
            if (shape != null) {
                return shape;
            }
        }
        return new AttentionShape(1, 1, 1, 1, 1); // nothing attends: what is warmed for it is never used
    }
}
