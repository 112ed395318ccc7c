package dev.railhead.core.model;

/// A model family: reads its hyperparameters, names its tensors, builds its graph. One file each, listed in
/// [Architectures].
interface Architecture {
    /// The value of `general.architecture`.
    String name();

    /// The best known models, for people.
    String models();

    /// Reads hyperparameters, checks and packs the weights.
    ///
    /// @throws dev.railhead.ModelLoadException if a key or tensor is missing, out of range or not supported
    Graph load(Weights weights, int contextLength, int capacity);

    /// The heads of each layer in the KV cache and its window, from the metadata alone; whoever runs the model chooses the
    /// type.
    dev.railhead.spi.KvLayout kvLayout(dev.railhead.spi.Metadata metadata);

    /// The length of the recurrent state of each layer, from the metadata alone: how many floats
    /// [dev.railhead.core.kv.Step#state(int, int)] gives. 0 for a layer without.
    int[] stateLengths(dev.railhead.spi.Metadata metadata);

    /// The first attention layer, from the metadata alone.
    dev.railhead.spi.AttentionShape attention(dev.railhead.spi.Metadata metadata);

    /// Rows that the layers' working memory is for, in a graph whose steps have up to `stepRows`: fewer where a step goes through it
    /// in parts.
    default int workingRows(int stepRows) {
        return stepRows;
    }

    /// The token that a decoder begins with after a source text, which an encoder has read before; −1 for a family without
    /// source texts.
    default int decoderStart(dev.railhead.spi.Metadata metadata) {
        return -1;
    }

    /// How a file of this family with a rank head judges texts.
    default RankHead.Rule rankRule() {
        return RankHead.Rule.FIRST_TANH;
    }
}
