package dev.railhead.core.session;

import dev.railhead.ModelMetadata;
import dev.railhead.core.model.Hyperparameters;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Puts together what the API tells about a file.
final class MetadataSummary {
    /// What the tokenizer already holds in a smaller form: tens of megabytes for a large vocabulary.
    private static final Set<String> VOCABULARY = Set.of("tokenizer.ggml.tokens", "tokenizer.ggml.merges",
            "tokenizer.ggml.scores", "tokenizer.ggml.token_type");

    private MetadataSummary() {}

    static ModelMetadata of(ModelSource source) {
        Metadata metadata = source.metadata();
        var hp = new Hyperparameters(metadata);
        Map<String, Long> bytesByType = source.tensors().stream()
                .collect(Collectors.groupingBy(t -> t.type().name(), Collectors.summingLong(t -> t.data().byteSize())));
        String weightType = bytesByType.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey)
                .orElse("none");
        Tensor embedding = source.tensor("token_embd.weight");
        return new ModelMetadata(metadata.string("general.name", source.name()),
                metadata.string("general.architecture"), source.tensors().stream().mapToLong(Tensor::elements).sum(),
                source.tensors().stream().mapToLong(t -> t.data().byteSize()).sum(), weightType, hp.contextLength(),
                hp.embeddingLength(), hp.blockCount(), hp.headCount()[0], hp.kvHeadCount()[0],
                embedding == null ? metadata.strings("tokenizer.ggml.tokens").length : (int) embedding.rows(),
                values(metadata));
    }

    private static Map<String, Object> values(Metadata metadata) {
        Map<String, Object> values = new LinkedHashMap<>();
        metadata.values().forEach((key, value) -> {
            if (!VOCABULARY.contains(key)) {
                values.put(key, asList(value));
            }
        });
        return Collections.unmodifiableMap(values);
    }

    private static Object asList(Object value) {
        return switch (value) {
            case String[] array -> List.of(array);
            case long[] array -> Arrays.stream(array).boxed().toList();
            case double[] array -> Arrays.stream(array).boxed().toList();
            case boolean[] array -> IntStream.range(0, array.length).mapToObj(i -> array[i]).toList();
            case Object[] array -> Arrays.stream(array).map(MetadataSummary::asList).toList();
            default -> value;
        };
    }
}
