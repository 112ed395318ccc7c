package dev.railhead.core.session;

import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.WeightType;
import java.util.List;
import java.util.Set;

/// Which types the tensors of a file have, in the manner of `Q4_K_M` and its kin: matrices of one type, some parts of some layers of
/// larger ones, the output matrix in `Q6_K`, and what is small or sensitive in single precision.
///
/// @param base of most matrices
/// @param other of `attn_output`, `attn_k` and `ffn_up`
/// @param embeddings of `token_embd`
record WeightMixture(BlockType base, BlockType other, BlockType embeddings) {
    private static final List<BlockType> CODES = WeightTypes.all().stream()
            .filter(type -> type.form() == WeightType.Form.CODES).toList();

    private static final Set<String> PLAIN = Set.of("ffn_gate_inp.weight", "ssm_conv1d.weight",
            "shortconv.conv.weight", "position_embd.weight", "ssm_a", "token_types.weight", "attn_rel_b.weight");

    /// Mixtures that together have all types as their base.
    static WeightMixture of(int number) {
        return new WeightMixture(CODES.get(number % CODES.size()), CODES.get((number + 5) % CODES.size()),
                WeightTypes.byName(number % 2 == 0 ? "Q4_K" : "Q8_0"));
    }

    /// The type of a tensor.
    BlockType type(String name, long[] shape) {
        String part = Widening.part(name);
        if (shape.length == 1 || PLAIN.contains(part) || part.contains("norm") || !part.endsWith(".weight")) {
            return WeightTypes.F32;
        }
        return fitting(wanted(name, part), shape[0]);
    }

    private BlockType wanted(String name, String part) {
        return switch (part) {
            case "output.weight" -> WeightTypes.byName("Q6_K");
            case "token_embd.weight" -> embeddings;
            case "attn_v.weight", "attn_v_b.weight", "ffn_down.weight", "ffn_down_exps.weight" ->
                WeightTypes.byName(name.startsWith("blk.1.") ? "Q5_K" : "Q6_K");
            case "attn_output.weight", "attn_k.weight", "attn_k_b.weight", "ffn_up.weight", "ffn_up_exps.weight" ->
                other;
            default -> base;
        };
    }

    /// What llama.cpp's quantizer falls back to when rows are no whole blocks.
    private static BlockType fitting(BlockType type, long columns) {
        if (columns % Math.max(type.blockSize(), type.activationGroup()) == 0) {
            return type;
        }
        return WeightTypes.byName(columns % 32 != 0 ? "F16" : switch (type.name()) {
            case "Q4_K" -> "Q5_0";
            case "Q5_K" -> "Q5_1";
            case "Q6_K" -> "Q8_0";
            default -> "IQ4_NL";
        });
    }
}
