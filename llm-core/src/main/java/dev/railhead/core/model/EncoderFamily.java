package dev.railhead.core.model;

import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.Metadata;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What encoder families have in common: every token sees those behind it too, all rows of a text are in one step, and what
/// comes out are hidden states. A family's file says how its layers are put together.
abstract class EncoderFamily implements Architecture {
    /// Nobody needs the keys and values of a layer once it is done, so all layers write to the same place.
    private static final int KV_LAYER = 0;

    private final String name;
    private final String models;

    /// @param name the value of `general.architecture`
    /// @param models the best known models, for people
    EncoderFamily(String name, String models) {
        this.name = name;
        this.models = models;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String models() {
        return models;
    }

    /// The attention of a layer, from the hyperparameters alone. All layers have the same heads.
    AttentionShape attention(Hyperparameters hp, int layer) {
        return hp.attentionShape(layer).withMask(AttentionMask.EVERYTHING);
    }

    /// How tokens become hidden states.
    abstract Embedding embedding(GraphBuilder b);

    /// Loads a layer; called once for each, in order.
    abstract EncoderLayer layer(GraphBuilder b, int layer);

    /// The norm of what the last layer gives; null where the layer ends with one.
    @Nullable
    Norm finalNorm(GraphBuilder b) {
        return null;
    }

    /// The attention of a layer, with its weights.
    final Attention attention(GraphBuilder b, int layer) {
        return attention(b, layer, attention(b.hp(), layer));
    }

    /// As [#attention(GraphBuilder, int)], with another shape of the same heads.
    static Attention attention(GraphBuilder b, int layer, AttentionShape shape) {
        return Attention.of(b, layer, shape, KV_LAYER).withKeysKeptBefore();
    }

    /// BERT's layer: `x = norm(x + branch(x))` for both branches, with layer norms.
    static EncoderLayer postNorm(GraphBuilder b, int layer, KeepingBlock attention, Block feedForward) {
        return new EncoderLayer(b, null, attention,
                postNormBranch(b, attention, b.layerNorm(layer, "attn_output_norm"))
                        .then(postNormBranch(b, feedForward, b.layerNorm(layer, "layer_output_norm"))));
    }

    /// The layer of most decoders, in an encoder.
    static EncoderLayer preNorm(GraphBuilder b, int layer, KeepingBlock attention, Block feedForward) {
        return new EncoderLayer(b, b.rmsNorm(layer, "attn_norm"), attention,
                DecoderFamily.preNorm(b, layer, attention, feedForward));
    }

    /// `x = norm(x + branch(x))`.
    static Layer postNormBranch(GraphBuilder b, Block branch, Norm norm) {
        return Residual.of(b, null, branch, null).then((x, step) -> norm.apply(x, step.rows(), x));
    }

    @Override
    public final Graph load(Weights weights, int contextLength, int capacity) {
        GraphBuilder b = new GraphBuilder(weights, contextLength, workingRows(capacity));
        Embedding embedding = embedding(b);
        EncoderLayer[] layers = new EncoderLayer[b.hp().blockCount()];
        for (int layer = 0; layer < layers.length; layer++) {
            layers[layer] = layer(b, layer);
        }
        return new EncoderGraph(new EncoderStack(b, capacity, embedding, layers, finalNorm(b)));
    }

    @Override
    public final int workingRows(int stepRows) {
        return EncoderStack.workingRows(stepRows);
    }

    @Override
    public final KvLayout kvLayout(Metadata metadata) {
        Hyperparameters hp = new Hyperparameters(metadata);
        int[] heads = hp.kvHeadCount();
        if (Arrays.stream(heads).distinct().count() > 1) {
            String key = "attention.head_count_kv";
            throw metadata.error(hp.key(metadata.has(hp.key(key)) ? key : "attention.head_count"),
                    "the same heads in every layer of an encoder", Arrays.toString(heads));
        }
        AttentionShape shape = attention(metadata);
        return new KvLayout(new int[]{shape.kvHeadCount()}, new int[]{shape.keyLength()},
                new int[]{shape.valueLength()});
    }

    /// No layer is recurrent.
    @Override
    public final int[] stateLengths(Metadata metadata) {
        return new int[1];
    }

    @Override
    public final AttentionShape attention(Metadata metadata) {
        return attention(new Hyperparameters(metadata), 0);
    }
}
