package dev.railhead.core.model;

import dev.railhead.UnsupportedModelException;
import java.util.Set;

/// Layers that have more to compute than their family knows would give wrong texts without a word: a norm, a sink, an expert
/// or a bias that no block has read is a reason to refuse a file. Tensors of names that mean nothing, of layers that don't run
/// and of parts for images and sounds are none.
final class UnreadTensors {
    /// What changes a layer wherever it is, of all families.
    private static final Set<String> PARTS = Set.of("attn_q_norm", "attn_k_norm", "attn_sinks", "attn_gate",
            "attn_norm_2", "attn_sub_norm", "attn_output_norm", "post_attention_norm", "ffn_norm", "ffn_sub_norm",
            "post_ffw_norm", "layer_output_norm", "layer_output_scale", "ffn_gate", "ffn_gate_inp", "ffn_gate_exps",
            "ffn_gate_up_exps", "ffn_gate_inp_shexp", "ffn_gate_shexp", "ffn_up_shexp", "ffn_down_shexp");

    private UnreadTensors() {}

    /// Refuses a file with a tensor that matters and that nothing has read.
    ///
    /// @param family for the message
    /// @param layers that run
    /// @throws UnsupportedModelException if there is one
    static void refuse(Weights weights, String family, int layers) {
        for (String name : weights.unread()) {
            if (matters(name, layers)) {
                throw new UnsupportedModelException("tensor '" + name + "' of " + weights.metadata().file()
                        + ": expected only tensors that '" + family
                        + "' computes with, found one that it doesn't know; "
                        + "the file is of another family or of a newer kind of this one");
            }
        }
    }

    /// Whether it is `blk.N.PART.weight` of a layer that runs and of a part that means something, or a bias of such a layer.
    private static boolean matters(String name, int layers) {
        int number = "blk.".length();
        int part = name.indexOf('.', number) + 1;
        int suffix = name.lastIndexOf('.');
        if (!name.startsWith("blk.") || part <= number || suffix <= part
                || !isBelow(name.substring(number, part - 1), layers)) {
            return false;
        }
        return name.endsWith(".bias") || (name.endsWith(".weight") && PARTS.contains(name.substring(part, suffix)));
    }

    private static boolean isBelow(String number, int layers) {
        return number.length() <= 3 && number.chars().allMatch(c -> c >= '0' && c <= '9') && !number.isEmpty()
                && Integer.parseInt(number) < layers;
    }
}
