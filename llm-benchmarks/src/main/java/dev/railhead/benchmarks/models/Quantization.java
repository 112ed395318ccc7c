package dev.railhead.benchmarks.models;

import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import java.util.Map;
import java.util.OptionalInt;

/// Which type each matrix gets, by llama.cpp's rules (`llama_tensor_get_type`): files named after a quantized type are
/// mixtures.
///
/// @param base the type of most matrices
/// @param moreBits whether some of the more sensitive matrices get Q6_K: the `_M` mixtures
/// @param fileType `general.file_type`, if llama.cpp has a number for it
record Quantization(BlockType base, boolean moreBits, OptionalInt fileType) {
    private static final String MEDIUM = "_M";
    private static final Map<String, Integer> FILE_TYPES = Map.ofEntries(Map.entry("F32", 0), Map.entry("F16", 1),
            Map.entry("Q4_0", 2), Map.entry("Q4_1", 3), Map.entry("Q8_0", 7), Map.entry("Q5_0", 8),
            Map.entry("Q5_1", 9), Map.entry("Q4_K_M", 15), Map.entry("Q5_K_M", 17), Map.entry("Q6_K", 18),
            Map.entry("BF16", 32));

    /// Types that stand in where a row is no multiple of 256.
    private static final Map<String, String> FALLBACKS = Map.of("Q4_K", "Q5_0", "Q5_K", "Q5_1", "Q6_K", "Q8_0");

    /// A weight type's name, or `Q4_K_M` or `Q5_K_M`.
    ///
    /// @throws IllegalArgumentException if there is no such type
    static Quantization byName(String name) {
        boolean medium = name.endsWith("_K" + MEDIUM);
        BlockType base = WeightTypes.byName(medium ? name.substring(0, name.length() - MEDIUM.length()) : name);
        Integer fileType = FILE_TYPES.get(name);
        return new Quantization(base, medium, fileType == null ? OptionalInt.empty() : OptionalInt.of(fileType));
    }

    /// The type of the matrix that gives the logits.
    BlockType output(int columns) {
        boolean keeps = base.blockSize() == 1 || base.name().equals("Q8_0");
        return fitting(keeps ? base : WeightTypes.byName("Q6_K"), columns);
    }

    /// The type of `attn_v` and `ffn_down`, which lose most by few bits.
    BlockType sensitive(int layer, int layers, int columns) {
        return fitting(moreBits && usesMoreBits(layer, layers) ? WeightTypes.byName("Q6_K") : base, columns);
    }

    /// The type of any other matrix.
    BlockType other(int columns) {
        return fitting(base, columns);
    }

    /// The first and last eighth of the layers, and every third between them.
    private static boolean usesMoreBits(int layer, int layers) {
        return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
    }

    private static BlockType fitting(BlockType type, int columns) {
        boolean fits = columns % type.blockSize() == 0;
        return fits ? type : WeightTypes.byName(FALLBACKS.getOrDefault(type.name(), "F16"));
    }
}
