package dev.railhead.core.session;

import dev.railhead.spi.Metadata;
import dev.railhead.spi.Tensor;
import java.util.Set;

/// The lengths of a reference model, made so much larger that rows hold whole blocks of 256 or at least 32 weights. Counts stay:
/// of layers, heads, experts, tokens, positions and of what a convolution sees.
///
/// Lengths that are multiples of 5, as of heads in models of 40 or 60, grow by 6.4, others
/// by 8. What is a sum of lengths, as of fused matrices, is a sum of the same kind.
final class Widening {
    private static final Set<String> LENGTHS = Set.of("embedding_length", "feed_forward_length",
            "attention.key_length", "attention.value_length", "attention.key_length_mla",
            "attention.value_length_mla", "attention.key_length_swa", "attention.value_length_swa",
            "rope.dimension_count", "rope.dimension_count_swa", "rope.dimension_sections", "attention.q_lora_rank",
            "attention.kv_lora_rank", "expert_feed_forward_length", "expert_shared_feed_forward_length",
            "embedding_length_per_layer_input", "ssm.inner_size", "embedding_length_out", "dense_2_feat_in",
            "dense_2_feat_out",
            "dense_3_feat_in", "dense_3_feat_out");

    /// Matrices with a row for each token, expert, head, or value that stays.
    private static final Set<String> COUNTED_ROWS = Set.of("token_embd.weight", "output.weight",
            "per_layer_token_embd.weight", "position_embd.weight", "token_types.weight", "cls.output.weight",
            "ffn_gate_inp.weight", "attn_q_norm.weight",
            "attn_k_norm.weight", "ffn_gate_exps.bias", "ffn_up_exps.bias", "ffn_down_exps.bias", "ssm_alpha.weight",
            "ssm_beta.weight", "ssm_ba.weight", "ssm_x.weight");

    /// Matrices with a column for each position that a convolution sees, each value of a state, or each value of a rank that stays.
    private static final Set<String> COUNTED_COLUMNS = Set.of("ssm_conv1d.weight", "shortconv.conv.weight",
            "ssm_dt.weight");

    private static final Set<String> COUNTED = Set.of("attn_sinks.weight", "ffn_down_exps.scale",
            "layer_output_scale.weight", "exp_probs_b.bias", "ffn_gate_inp.bias", "attn_rel_b.weight",
            "cls.output.bias");

    private final String family;
    private final boolean mamba;
    private final boolean latent;

    Widening(Metadata metadata) {
        family = metadata.string("general.architecture") + ".";
        mamba = family.equals("mamba.");
        latent = metadata.has(family + "attention.kv_lora_rank");
    }

    /// A length. With latent attention a key of 40 is 24 and 16, so all grow by 8 there.
    long length(long length) {
        return length % 5 == 0 && !latent ? length / 5 * 32 : length * 8;
    }

    /// Whether a key has a length, or several. Mamba's state stays, because its matrix `ssm_x` has parts of a rank that stays.
    boolean isLength(String key) {
        return key.startsWith(family) && LENGTHS.contains(key.substring(family.length()))
                || key.equals(family + "ssm.state_size") && !mamba;
    }

    /// The shape of a tensor.
    long[] shape(Tensor tensor) {
        String part = part(tensor.name());
        long[] shape = tensor.shape().clone();
        boolean heads = !mamba && (part.equals("ssm_a") || part.equals("ssm_dt.bias"));
        if (heads || COUNTED.contains(part)) {
            return shape;
        }
        boolean columns = !COUNTED_COLUMNS.contains(part) && !(part.equals("ssm_a"));
        if (columns) {
            shape[0] = length(shape[0]);
        }
        if (shape.length > 1 && !COUNTED_ROWS.contains(part)) {
            shape[1] = length(shape[1]);
        }
        return shape;
    }

    /// A tensor's name without its layer and its side.
    static String part(String name) {
        return name.replaceFirst("^((enc|dec)\\.)?blk\\.\\d+\\.", "");
    }
}
