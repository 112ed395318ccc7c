package dev.railhead.core.session;

import dev.railhead.LoadMode;
import dev.railhead.core.model.Architectures;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;
import dev.railhead.spi.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Sees from the tensors of a file what the model will compute with.
final class Workloads {
    /// Meet the last row of a prompt only, or are looked up row by row.
    private static final Set<String> OUTPUT = Set.of("output.weight", "token_embd.weight");

    private Workloads() {}

    static Workload of(ModelSource source, LoadMode mode, KvLayout kvLayout) {
        return new Workload(types(source, tensor -> !OUTPUT.contains(tensor.name())),
                types(source, tensor -> OUTPUT.contains(tensor.name())), mode,
                Architectures.attention(source.metadata()), kvLayout.type());
    }

    /// The types of matrices, those with the most bytes first.
    private static List<WeightType> types(ModelSource source, Predicate<Tensor> wanted) {
        Map<WeightType, Long> bytes = new HashMap<>();
        for (Tensor tensor : source.tensors()) {
            if (tensor.rows() > 1 && wanted.test(tensor)) {
                bytes.merge(tensor.type(), tensor.data().byteSize(), Long::sum);
            }
        }
        return bytes.entrySet().stream().sorted(Map.Entry.<WeightType, Long>comparingByValue().reversed())
                .map(Map.Entry::getKey).toList();
    }
}
