package dev.railhead.core.model;

import dev.railhead.spi.Metadata;

/// Access to the hyperparameters under a family's prefix (`llama.block_count`, …), with the ranges that hold for every
/// family.
public final class Hyperparameters {
    /// More layers than any model has; a larger number is a damaged file (llama.cpp's LLAMA_MAX_LAYERS).
    static final int MAX_LAYERS = 512;

    private static final int MAX_WIDTH = 1 << 20;
    private static final int MAX_HEADS = 1 << 16;
    private static final int MAX_CONTEXT = 1 << 28;

    private final Metadata metadata;
    private final String prefix;

    /// @param metadata the file's; `general.architecture` gives the prefix
    public Hyperparameters(Metadata metadata) {
        this.metadata = metadata;
        prefix = metadata.string("general.architecture") + ".";
    }

    /// The full key of a hyperparameter.
    String key(String name) {
        return prefix + name;
    }

    /// The file's metadata.
    Metadata metadata() {
        return metadata;
    }

    /// `block_count`: number of layers.
    public int blockCount() {
        return metadata.integer(key("block_count"), 1, MAX_LAYERS);
    }

    /// `context_length`: positions the model was trained for.
    public int contextLength() {
        return metadata.integer(key("context_length"), 1, MAX_CONTEXT);
    }

    /// `embedding_length`: width of the model.
    public int embeddingLength() {
        return metadata.integer(key("embedding_length"), 1, MAX_WIDTH);
    }

    /// `feed_forward_length` of each layer.
    public int[] feedForwardLength() {
        return perLayer("feed_forward_length", 1, MAX_WIDTH);
    }

    /// `attention.head_count` of each layer.
    public int[] headCount() {
        return perLayer("attention.head_count", 1, MAX_HEADS);
    }

    /// `attention.head_count_kv` of each layer: a divisor of the head count, which is also the default.
    public int[] kvHeadCount() {
        int[] headCount = headCount();
        String name = "attention.head_count_kv";
        if (!metadata.has(key(name))) {
            return headCount;
        }
        int[] kvHeadCount = perLayer(name, 1, MAX_HEADS);
        for (int layer = 0; layer < kvHeadCount.length; layer++) {
            if (headCount[layer] % kvHeadCount[layer] != 0) {
                throw metadata.error(key(name), "a divisor of the head count " + headCount[layer],
                        Integer.toString(kvHeadCount[layer]));
            }
        }
        return kvHeadCount;
    }

    /// `attention.key_length`: values of a query or key head; default width / heads.
    int keyLength() {
        return headLength("attention.key_length");
    }

    /// `attention.value_length`: values of a value head; default width / heads.
    int valueLength() {
        return headLength("attention.value_length");
    }

    private int headLength(String name) {
        if (metadata.has(key(name))) {
            return metadata.integer(key(name), 1, MAX_WIDTH);
        }
        int heads = headCount()[0];
        int width = embeddingLength();
        if (width % heads != 0) {
            throw metadata.error(key("attention.head_count"), "a divisor of the embedding length " + width
                    + " (or the key '" + key(name) + "')", Integer.toString(heads));
        }
        return width / heads;
    }

    /// `attention.layer_norm_rms_epsilon`.
    float rmsEpsilon() {
        String name = key("attention.layer_norm_rms_epsilon");
        double value = metadata.number(name);
        if (!(value >= 0 && value < 1)) {
            throw metadata.error(name, "a number from 0 to 1", Double.toString(value));
        }
        return (float) value;
    }

    /// A positive, finite number, or the default.
    double positive(String name, double defaultValue) {
        double value = metadata.number(key(name), defaultValue);
        if (!(value > 0 && value <= Float.MAX_VALUE)) {
            throw metadata.error(key(name), "a positive number", Double.toString(value));
        }
        return value;
    }

    private int[] perLayer(String name, int min, int max) {
        long[] values = metadata.perLayer(key(name), blockCount());
        int[] result = new int[values.length];
        for (int layer = 0; layer < values.length; layer++) {
            if (values[layer] < min || values[layer] > max) {
                throw metadata.error(key(name), "integers from " + min + " to " + max, Long.toString(values[layer]));
            }
            result[layer] = (int) values[layer];
        }
        return result;
    }
}
