package dev.railhead.spi;

import dev.railhead.KvCacheType;
import dev.railhead.LoadMode;
import java.util.List;

/// What a model is going to compute with, as far as its file says before anything is packed.
///
/// @param layers types of the matrices that meet every row of a step, those with the most bytes first
/// @param output types of the matrices that meet the last row of a prompt and each row after it
/// @param mode how they will be packed
/// @param attention the first attention layer
/// @param kv type of the keys and values
public record Workload(List<WeightType> layers, List<WeightType> output, LoadMode mode, AttentionShape attention,
        KvCacheType kv) {
    /// Copies the lists.
    public Workload {
        layers = List.copyOf(layers);
        output = List.copyOf(output);
    }
}
