package dev.railhead.core.model;

import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Metadata;
import java.util.Arrays;
import java.util.List;

/// Access to the hyperparameters under a family's prefix (`llama.block_count`, …), with the ranges that hold for every
/// family.
public final class Hyperparameters {
    /// More layers than any model has; a larger number is a damaged file (llama.cpp's LLAMA_MAX_LAYERS).
    static final int MAX_LAYERS = 512;

    private static final int MAX_WIDTH = 1 << 20;
    private static final int MAX_HEADS = 1 << 16;
    private static final int MAX_CONTEXT = 1 << 28;
    private static final int MAX_EXPERTS = 1 << 14;
    private static final int MAX_KERNEL = 1 << 10;
    private static final int MAX_STATE = 1 << 24; // numbers; models have less than 2^21

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

    /// Number of layers that run: `block_count` without the blocks for multi-token prediction, which come last.
    public int blockCount() {
        int blocks = allBlocks();
        String predict = key("nextn_predict_layers");
        return metadata.has(predict) ? blocks - metadata.integer(predict, 0, blocks - 1) : blocks;
    }

    private int allBlocks() {
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

    /// The length of the longest feed-forward network of any layer, experts included; 0 if there is none. For estimates: who
    /// loads the networks checks the numbers.
    public long longestFeedForward() {
        long longest = 0;
        for (String name : List.of("feed_forward_length", "expert_feed_forward_length",
                "expert_shared_feed_forward_length")) {
            if (metadata.has(key(name))) {
                long[] lengths = metadata.perLayer(key(name), allBlocks());
                longest = Math.max(longest, Arrays.stream(lengths).max().orElse(0));
            }
        }
        return Math.min(longest, MAX_WIDTH);
    }

    /// `attention.head_count` of each layer.
    public int[] headCount() {
        return perLayer("attention.head_count", 1, MAX_HEADS);
    }

    /// `attention.head_count_kv` of each layer: a divisor of the head count, which is also the default.
    public int[] kvHeadCount() {
        return kvHeadCount(headCount(), 1);
    }

    /// The most heads of any layer; 0 for a model without attention.
    public int mostHeads() {
        if (!metadata.has(key("attention.head_count"))) {
            return 0;
        }
        return Arrays.stream(perLayer("attention.head_count", 0, MAX_HEADS)).max().orElse(0);
    }

    /// The most kv heads of any layer; 0 for a model without attention.
    public int mostKvHeads() {
        if (!metadata.has(key("attention.head_count"))) {
            return 0;
        }
        return Arrays.stream(kvHeadCount(perLayer("attention.head_count", 0, MAX_HEADS), 0)).max().orElse(0);
    }

    private int[] kvHeadCount(int[] headCount, int min) {
        String name = "attention.head_count_kv";
        if (!metadata.has(key(name))) {
            return headCount;
        }
        int[] kvHeadCount = perLayer(name, min, MAX_HEADS);
        for (int layer = 0; layer < kvHeadCount.length; layer++) {
            if (kvHeadCount[layer] > 0 && headCount[layer] % kvHeadCount[layer] != 0) {
                throw metadata.error(key(name), "a divisor of the head count " + headCount[layer],
                        Integer.toString(kvHeadCount[layer]));
            }
        }
        return kvHeadCount;
    }

    /// `attention.key_length`: values of a query or key head; default width / heads, rounded down.
    int keyLength() {
        return headLength("attention.key_length");
    }

    /// `attention.value_length`: values of a value head; default width / heads, rounded down.
    int valueLength() {
        return headLength("attention.value_length");
    }

    private int headLength(String name) {
        if (metadata.has(key(name))) {
            return metadata.integer(key(name), 1, MAX_WIDTH);
        }
        int heads = headCount()[0];
        int width = embeddingLength();
        if (heads > width) {
            throw metadata.error(key("attention.head_count"), "at most the embedding length " + width + " (or the key '"
                    + key(name) + "')", Integer.toString(heads));
        }
        return width / heads;
    }

    /// The attention of a layer as most families have it: causal, over all positions, with a scale of 1/√keyLength unless
    /// `attention.scale` says otherwise; not causal if `attention.causal` says so.
    AttentionShape attentionShape(int layer) {
        return attentionShape(headCount()[layer], kvHeadCount()[layer]);
    }

    /// As [#attentionShape(int)], in a family of which some layers have no attention.
    AttentionShape hybridAttentionShape(int layer) {
        int[] headCount = headCount();
        return attentionShape(headCount[layer], kvHeadCount(headCount, 0)[layer]);
    }

    private AttentionShape attentionShape(int heads, int kvHeads) {
        float scale = (float) (1 / Math.sqrt(keyLength()));
        var shape = new AttentionShape(heads, kvHeads, keyLength(), valueLength(), scale);
        return isCausal() ? shape : shape.withMask(AttentionMask.EVERYTHING);
    }

    /// `attention.causal`: whether a token sees only those before it.
    boolean isCausal() {
        return flag("attention.causal", true);
    }

    /// Whether a layer sees a window only, by `attention.sliding_window_pattern`: a period p, of which the last layer sees
    /// everything (0: none does), or a boolean for each layer.
    ///
    /// @param defaultPeriod without the key; 1 if no layer has a window
    boolean hasWindow(int layer, int defaultPeriod) {
        return hasWindow(layer, defaultPeriod, false);
    }

    /// As [#hasWindow(int, int)].
    ///
    /// @param firstSeesAll whether it is the first layer of a period that sees everything, instead of the last
    boolean hasWindow(int layer, int defaultPeriod, boolean firstSeesAll) {
        String name = key("attention.sliding_window_pattern");
        if (metadata.has(name) && metadata.isArray(name)) {
            return metadata.perLayer(name, allBlocks())[layer] != 0;
        }
        int period = metadata.has(name) ? metadata.integer(name, 0, MAX_LAYERS) : defaultPeriod;
        return period == 0 || (firstSeesAll ? layer % period != 0 : layer % period < period - 1);
    }

    /// As [#attentionShape], in a window where [#hasWindow] and `attention.sliding_window` say so.
    AttentionShape windowedShape(int layer, int defaultPeriod) {
        return windowedShape(layer, defaultPeriod, 0);
    }

    /// As [#windowedShape(int, int)], with a window for files without `attention.sliding_window`.
    AttentionShape windowedShape(int layer, int defaultPeriod, int defaultWindow) {
        AttentionShape shape = attentionShape(layer);
        int window = metadata.has(key("attention.sliding_window")) ? slidingWindow() : defaultWindow;
        return window > 0 && hasWindow(layer, defaultPeriod)
                ? shape.withMask(new AttentionMask(shape.mask().causal(), window))
                : shape;
    }

    /// 1/√(width / heads), the scale of the scores in some models whose heads have another length.
    float widthPerHeadScale() {
        int length = Math.max(1, embeddingLength() / headCount()[0]); // rounded down, as in llama.cpp
        return (float) (1 / Math.sqrt(length));
    }

    /// `rope.freq_base`.
    double ropeBase() {
        return positive("rope.freq_base", 10000);
    }

    /// `attention.sliding_window`: positions a windowed layer sees; 0 without the key.
    int slidingWindow() {
        String name = key("attention.sliding_window");
        return metadata.has(name) ? metadata.integer(name, 0, MAX_CONTEXT) : 0;
    }

    /// `expert_count`: 0 for a model without experts.
    int expertCount() {
        String name = key("expert_count");
        return metadata.has(name) ? metadata.integer(name, 0, MAX_EXPERTS) : 0;
    }

    /// `expert_feed_forward_length`, or else `feed_forward_length` of a layer.
    int expertFeedForwardLength(int layer) {
        return hasExpertFeedForwardLength()
                ? perLayer("expert_feed_forward_length", 1, MAX_WIDTH)[layer]
                : feedForwardLength()[layer];
    }

    /// Whether the file has `feed_forward_length`.
    boolean hasFeedForwardLength() {
        return metadata.has(key("feed_forward_length"));
    }

    /// Whether the file has `expert_feed_forward_length`; 0 counts as none.
    boolean hasExpertFeedForwardLength() {
        String name = key("expert_feed_forward_length");
        return metadata.has(name)
                && Arrays.stream(metadata.perLayer(name, allBlocks())).anyMatch(length -> length != 0);
    }

    /// `expert_shared_feed_forward_length`: length of the experts that every row goes through, or the default.
    int sharedFeedForwardLength(int defaultLength) {
        String name = key("expert_shared_feed_forward_length");
        int length = metadata.has(name) ? metadata.integer(name, 0, MAX_WIDTH) : 0;
        return length == 0 ? defaultLength : length;
    }

    /// `leading_dense_block_count`: layers at the beginning that have no experts.
    int leadingDenseBlockCount() {
        String name = key("leading_dense_block_count");
        return metadata.has(name) ? metadata.integer(name, 0, MAX_LAYERS) : 0;
    }

    /// `rope.scaling.original_context_length`: positions before the context was stretched; all without the key, and for 0.
    int originalContextLength() {
        String name = key("rope.scaling.original_context_length");
        int length = metadata.has(name) ? metadata.integer(name, 0, Integer.MAX_VALUE) : 0;
        return length == 0 ? contextLength() : length;
    }

    /// Whether `rope.dimension_sections` gives the first two of several positions a share, as in models that see images. For
    /// text all positions are the same; what is left is the NEOX order.
    boolean hasRopeSections() {
        int[] sections = ropeSections();
        return sections.length > 1 && sections[0] > 0 && sections[1] > 0;
    }

    /// `logit_scale`: factor of the logits; 1 without the key, and for 0.
    float logitScale() {
        float scale = orZero("logit_scale");
        return scale == 0 ? 1f : scale;
    }

    /// `rope.dimension_sections`: pairs for each axis of a position; empty without the key.
    int[] ropeSections() {
        String name = key("rope.dimension_sections");
        if (!metadata.has(name)) {
            return new int[0];
        }
        return Arrays.stream(metadata.integers(name)).mapToInt(pairs -> {
            if (pairs < 0 || pairs > MAX_WIDTH) {
                throw metadata.error(name, "integers from 0 to " + MAX_WIDTH, Long.toString(pairs));
            }
            return (int) pairs;
        }).toArray();
    }

    /// A boolean of each layer, or a default.
    boolean layerFlag(String name, int layer, boolean defaultValue) {
        return metadata.has(key(name)) ? metadata.perLayer(key(name), allBlocks())[layer] != 0 : defaultValue;
    }

    /// Whether a layer has attention: in models that have other layers too, those have 0 kv heads.
    boolean hasAttention(int layer) {
        String name = "attention.head_count_kv";
        return !metadata.has(key(name)) || perLayer(name, 0, MAX_HEADS)[layer] > 0;
    }

    /// `expert_shared_count`: experts that every row goes through; 0 without the key.
    int expertSharedCount() {
        String name = key("expert_shared_count");
        return metadata.has(name) ? metadata.integer(name, 0, MAX_EXPERTS) : 0;
    }

    /// `expert_used_count`: experts that a row goes through. A file may have it for each layer, but not different numbers.
    int expertUsedCount() {
        String name = key("expert_used_count");
        int max = Math.max(1, expertCount());
        if (!metadata.isArray(name)) {
            return metadata.integer(name, 1, max);
        }
        int[] used = perLayer("expert_used_count", 1, max);
        if (Arrays.stream(used).distinct().count() > 1) {
            throw metadata.error(name, "the same number for every layer", Arrays.toString(used));
        }
        return used[0];
    }

    /// `expert_gating_func`.
    ExpertRouting.Gating expertGating(ExpertRouting.Gating defaultGating) {
        String name = key("expert_gating_func");
        int number = metadata.has(name) ? metadata.integer(name, 0, Integer.MAX_VALUE) : 0;
        return switch (number) {
            case 0 -> defaultGating;
            case 1 -> ExpertRouting.Gating.SOFTMAX;
            case 2 -> ExpertRouting.Gating.SIGMOID;
            case 3 -> ExpertRouting.Gating.SOFTMAX_OF_CHOSEN;
            case 4 -> ExpertRouting.Gating.ROOT_OF_SOFTPLUS;
            default -> throw metadata.error(name,
                    "1 (softmax), 2 (sigmoid), 3 (softmax of the chosen) or 4 (root of softplus)",
                    Integer.toString(number));
        };
    }

    /// `expert_group_count`: groups of neighbouring experts, all of one size; 1 for none.
    int expertGroupCount() {
        int groups = integer("expert_group_count", 1);
        if (groups > 1 && (expertCount() % groups != 0)) {
            throw metadata.error(key("expert_group_count"), "a divisor of the expert count " + expertCount(),
                    Integer.toString(groups));
        }
        return groups;
    }

    /// `expert_group_used_count`: groups that a row's experts are chosen from, with enough experts for it.
    int expertGroupUsedCount() {
        int groups = expertGroupCount();
        if (groups == 1) {
            return 1;
        }
        String name = key("expert_group_used_count");
        int used = metadata.integer(name, 1, groups);
        int left = used * (expertCount() / groups);
        if (expertUsedCount() > left) {
            throw metadata.error(name, "groups with at least " + expertUsedCount() + " experts ('"
                    + key("expert_used_count") + "')", used + " with " + left);
        }
        return used;
    }

    /// `expert_weights_scale`: factor of the chosen experts' weights; 1 without the key, and for 0.
    float expertWeightsScale() {
        float scale = orZero("expert_weights_scale");
        return scale == 0 ? 1f : scale;
    }

    /// An integer above 0.
    int integer(String name) {
        return metadata.integer(key(name), 1, MAX_WIDTH);
    }

    /// An integer above 0, or the default without the key and for 0.
    int integer(String name, int defaultValue) {
        int value = metadata.has(key(name)) ? metadata.integer(key(name), 0, MAX_CONTEXT) : 0;
        return value == 0 ? defaultValue : value;
    }

    /// The length of a short convolution's kernel.
    ///
    /// @param min the shortest
    int kernel(String name, int min) {
        return metadata.integer(key(name), min, MAX_KERNEL);
    }

    /// The length of a layer's recurrent state, which an array must hold.
    ///
    /// @param name the key that makes it as long as it is, for the message
    int stateLength(String name, long length) {
        if (length > MAX_STATE) {
            throw metadata.error(key(name), "a state of at most " + MAX_STATE + " numbers", length + " numbers");
        }
        return (int) length;
    }

    /// A boolean, or the default.
    boolean flag(String name, boolean defaultValue) {
        return metadata.bool(key(name), defaultValue);
    }

    /// A number of 0 or more; 0 without the key.
    float orZero(String name) {
        return orZero(name, 0);
    }

    /// A number of 0 or more, or the default without the key.
    float orZero(String name, float defaultValue) {
        double value = metadata.number(key(name), defaultValue);
        if (!(value >= 0 && value <= Float.MAX_VALUE)) {
            throw metadata.error(key(name), "a number of 0 or more", Double.toString(value));
        }
        return (float) value;
    }

    /// `attention.layer_norm_rms_epsilon`.
    float rmsEpsilon() {
        return epsilon("attention.layer_norm_rms_epsilon");
    }

    /// `attention.layer_norm_epsilon`.
    float epsilon() {
        return epsilon("attention.layer_norm_epsilon");
    }

    private float epsilon(String key) {
        String name = key(key);
        double value = metadata.number(name);
        if (!(value >= 0 && value < 1)) {
            throw metadata.error(name, "a number from 0 to 1", Double.toString(value));
        }
        return (float) value;
    }

    /// A positive, finite number, or the default without the key and for 0.
    double positiveOrZero(String name, double defaultValue) {
        float value = orZero(name);
        return value == 0 ? defaultValue : value;
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
        long[] values = metadata.perLayer(key(name), allBlocks());
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
