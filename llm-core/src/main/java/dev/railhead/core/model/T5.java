package dev.railhead.core.model;

import dev.railhead.spi.Activation;
import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.PositionBias;
import java.util.Arrays;

/// T5 and Flan-T5 (Raffel et al., 2020): an encoder reads the source text, a decoder writes and attends to it in each layer. Root
/// mean square norms before each branch, scores without 1/√d, a bias for the distance that the first layer of each side has for
/// all that have none; ReLU, or GELU with a gate.
final class T5 implements Architecture {
    @Override
    public String name() {
        return "t5";
    }

    @Override
    public String models() {
        return "T5, Flan-T5";
    }

    /// The attention of all layers, without mask and bias.
    static AttentionShape shape(Hyperparameters hp) {
        return new AttentionShape(hp.headCount()[0], hp.kvHeadCount()[0], hp.keyLength(), hp.valueLength(), 1f);
    }

    private static int decoderLayers(Hyperparameters hp) {
        String key = hp.key("decoder_block_count");
        return hp.metadata().has(key) ? hp.metadata().integer(key, 1, Hyperparameters.MAX_LAYERS) : hp.blockCount();
    }

    @Override
    public Graph load(Weights weights, int contextLength, int capacity) {
        GraphBuilder b = new GraphBuilder(weights, contextLength, workingRows(capacity));
        Embedding embedding = Embedding.of(b);
        var encoder = new EncoderStack(b, capacity, embedding, encoder(b.within("enc.")),
                b.rmsNorm("enc.output_norm", b.width()));
        T5Attention[] cross = new T5Attention[decoderLayers(b.hp())];
        Layer[] decoder = decoder(b.within("dec."), cross);
        var head = new OutputHead(b, b.rmsNorm("dec.output_norm", b.width()), DecoderFamily.output(b, embedding));
        return new T5Graph(b, embedding, encoder, cross, decoder, head);
    }

    @Override
    public int workingRows(int stepRows) {
        return EncoderStack.workingRows(stepRows);
    }

    private static EncoderLayer[] encoder(GraphBuilder b) {
        EncoderLayer[] layers = new EncoderLayer[b.hp().blockCount()];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = encoderLayer(b, i);
        }
        return layers;
    }

    /// A layer of the encoder.
    ///
    /// @param b within `enc.`
    static EncoderLayer encoderLayer(GraphBuilder b, int layer) {
        AttentionShape shape = shape(b.hp()).withMask(AttentionMask.EVERYTHING)
                .withBias(bias(b, b.has(layer, "attn_rel_b") ? layer : 0, true));
        return EncoderFamily.preNorm(b, layer, new T5Attention(b, layer, "attn_", shape, 0, false),
                feedForward(b, layer));
    }

    private static Layer[] decoder(GraphBuilder b, T5Attention[] cross) {
        Layer[] layers = new Layer[cross.length];
        AttentionShape plain = shape(b.hp());
        for (int i = 0; i < layers.length; i++) {
            PositionBias bias = bias(b, b.has(i, "attn_rel_b") ? i : 0, false);
            Block self = new T5Attention(b, i, "attn_", plain.withBias(bias), i, false);
            cross[i] = new T5Attention(b, i, "cross_attn_", plain.withMask(AttentionMask.EVERYTHING), i, true);
            layers[i] = Residual.of(b, b.rmsNorm(i, "attn_norm"), self)
                    .then(Residual.of(b, b.rmsNorm(i, "cross_attn_norm"), cross[i]))
                    .then(Residual.of(b, b.rmsNorm(i, "ffn_norm"), feedForward(b, i)));
        }
        return layers;
    }

    private static PositionBias bias(GraphBuilder b, int layer, boolean bothWays) {
        RelativeBuckets buckets = RelativeBuckets.of(b.hp(), bothWays);
        int heads = b.hp().headCount()[0];
        String name = b.fullName(layer, "attn_rel_b.weight");
        return buckets.bias(b.weights().vectors(name, buckets.count(), heads), heads);
    }

    /// All layers are as long as the first, whose length is also the decoder's: it may have more layers than the file has
    /// lengths.
    private static Block feedForward(GraphBuilder b, int layer) {
        int length = b.hp().feedForwardLength()[0];
        return b.has(layer, "ffn_gate")
                ? new GatedFeedForward(b, layer, Activation.GELU, length, "")
                : new FeedForward(b, layer, Activation.RELU, length);
    }

    /// The decoder's keys and values; a sequence that keeps a source text has what the same layers read of it.
    @Override
    public KvLayout kvLayout(Metadata metadata) {
        Hyperparameters hp = new Hyperparameters(metadata);
        AttentionShape shape = shape(hp);
        int[] heads = new int[decoderLayers(hp)];
        int[] keys = new int[heads.length];
        int[] values = new int[heads.length];
        Arrays.fill(heads, shape.kvHeadCount());
        Arrays.fill(keys, shape.keyLength());
        Arrays.fill(values, shape.valueLength());
        return new KvLayout(heads, keys, values);
    }

    /// No layer is recurrent.
    @Override
    public int[] stateLengths(Metadata metadata) {
        return new int[decoderLayers(new Hyperparameters(metadata))];
    }

    @Override
    public AttentionShape attention(Metadata metadata) {
        return shape(new Hyperparameters(metadata));
    }

    /// `decoder_start_token_id`; the padding token, 0, is what all T5 models begin with.
    @Override
    public int decoderStart(Metadata metadata) {
        Hyperparameters hp = new Hyperparameters(metadata);
        String key = hp.key("decoder_start_token_id");
        return metadata.has(key) ? metadata.integer(key, 0, Embedding.vocabularySize(hp) - 1) : 0;
    }
}
