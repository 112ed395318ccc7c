package dev.railhead.core.model;

import dev.railhead.core.model.ExpertRouting.Gating;
import dev.railhead.spi.Metadata;
import java.util.Arrays;

/// Access to the hyperparameters of experts, `expert_*` and `leading_dense_block_count`, with the ranges that hold for every
/// family.
final class ExpertHyperparameters {
    private static final int MAX_EXPERTS = 1 << 14;

    private final Hyperparameters hp;
    private final Metadata metadata;

    ExpertHyperparameters(Hyperparameters hp) {
        this.hp = hp;
        metadata = hp.metadata();
    }

    /// `expert_count`: 0 for a model without experts.
    int count() {
        String name = hp.key("expert_count");
        return metadata.has(name) ? metadata.integer(name, 0, MAX_EXPERTS) : 0;
    }

    /// `expert_shared_count`: experts that every row goes through; 0 without the key.
    int sharedCount() {
        String name = hp.key("expert_shared_count");
        return metadata.has(name) ? metadata.integer(name, 0, MAX_EXPERTS) : 0;
    }

    /// `expert_used_count`: experts that a row goes through. A file may have it for each layer, but not different numbers.
    int usedCount() {
        String name = hp.key("expert_used_count");
        int max = Math.max(1, count());
        if (!metadata.isArray(name)) {
            return metadata.integer(name, 1, max);
        }
        int[] used = hp.perLayer("expert_used_count", 1, max);
        if (Arrays.stream(used).distinct().count() > 1) {
            throw metadata.error(name, "the same number for every layer", Arrays.toString(used));
        }
        return used[0];
    }

    /// `expert_gating_func`.
    Gating gating(Gating defaultGating) {
        String name = hp.key("expert_gating_func");
        int number = metadata.has(name) ? metadata.integer(name, 0, Integer.MAX_VALUE) : 0;
        return switch (number) {
            case 0 -> defaultGating;
            case 1 -> Gating.SOFTMAX;
            case 2 -> Gating.SIGMOID;
            case 3 -> Gating.SOFTMAX_OF_CHOSEN;
            case 4 -> Gating.ROOT_OF_SOFTPLUS;
            default -> throw metadata.error(name,
                    "1 (softmax), 2 (sigmoid), 3 (softmax of the chosen) or 4 (root of softplus)",
                    Integer.toString(number));
        };
    }

    /// `expert_group_count`: groups of neighbouring experts, all of one size; 1 for none.
    int groupCount() {
        int groups = hp.integer("expert_group_count", 1);
        if (groups > 1 && (count() % groups != 0)) {
            throw metadata.error(hp.key("expert_group_count"), "a divisor of the expert count " + count(),
                    Integer.toString(groups));
        }
        return groups;
    }

    /// `expert_group_used_count`: groups that a row's experts are chosen from, with enough experts for it.
    int groupUsedCount() {
        int groups = groupCount();
        if (groups == 1) {
            return 1;
        }
        String name = hp.key("expert_group_used_count");
        int used = metadata.integer(name, 1, groups);
        int left = used * (count() / groups);
        if (usedCount() > left) {
            throw metadata.error(name, "groups with at least " + usedCount() + " experts ('"
                    + hp.key("expert_used_count") + "')", used + " with " + left);
        }
        return used;
    }

    /// `expert_weights_scale`: factor of the chosen experts' weights; 1 without the key, and for 0.
    float weightsScale() {
        float scale = hp.orZero("expert_weights_scale");
        return scale == 0 ? 1f : scale;
    }

    /// `expert_feed_forward_length`, or else `feed_forward_length` of a layer.
    int feedForwardLength(int layer) {
        return hasFeedForwardLength()
                ? hp.perLayer("expert_feed_forward_length", 1, Hyperparameters.MAX_WIDTH)[layer]
                : hp.feedForwardLength()[layer];
    }

    /// Whether the file has `expert_feed_forward_length`; 0 counts as none.
    boolean hasFeedForwardLength() {
        String name = hp.key("expert_feed_forward_length");
        return metadata.has(name)
                && Arrays.stream(metadata.perLayer(name, hp.allBlocks())).anyMatch(length -> length != 0);
    }

    /// `expert_shared_feed_forward_length`: length of the experts that every row goes through, or the default.
    int sharedFeedForwardLength(int defaultLength) {
        String name = hp.key("expert_shared_feed_forward_length");
        int length = metadata.has(name) ? metadata.integer(name, 0, Hyperparameters.MAX_WIDTH) : 0;
        return length == 0 ? defaultLength : length;
    }

    /// `leading_dense_block_count`: layers at the beginning that have no experts.
    int leadingDenseBlockCount() {
        String name = hp.key("leading_dense_block_count");
        return metadata.has(name) ? metadata.integer(name, 0, Hyperparameters.MAX_LAYERS) : 0;
    }
}
