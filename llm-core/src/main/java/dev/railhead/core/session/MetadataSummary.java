package dev.railhead.core.session;

import com.google.common.collect.Maps;
import dev.railhead.ModelMetadata;
import dev.railhead.core.model.Hyperparameters;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import java.util.AbstractList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/// Puts together what the API tells about a file.
public final class MetadataSummary {
    /// What the tokenizer already holds in a smaller form: tens of megabytes for a large vocabulary.
    private static final Set<String> VOCABULARY = Set.of("tokenizer.ggml.tokens", "tokenizer.ggml.merges",
            "tokenizer.ggml.scores", "tokenizer.ggml.token_type");

    private MetadataSummary() {}

    /// Summarises an open file.
    public static ModelMetadata of(ModelSource source) {
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
                hp.embeddingLength(), hp.blockCount(), hp.mostHeads(), hp.mostKvHeads(),
                embedding == null ? metadata.strings("tokenizer.ggml.tokens").size() : (int) embedding.rows(),
                values(metadata));
    }

    /// A view, as are the lists in it: what nobody looks at stays as small as in the file.
    private static Map<String, Object> values(Metadata metadata) {
        return Collections.unmodifiableMap(
                Maps.transformValues(metadata.without(VOCABULARY).values(), MetadataSummary::asList));
    }

    private static List<Object> list(int length, IntFunction<Object> element) {
        return new AbstractList<>() {
            @Override
            public Object get(int index) {
                return element.apply(index);
            }

            @Override
            public int size() {
                return length;
            }
        };
    }

    private static Object asList(Object value) {
        return switch (value) {
            case byte[] array -> list(array.length, i -> (long) array[i]);
            case short[] array -> list(array.length, i -> (long) array[i]);
            case int[] array -> list(array.length, i -> (long) array[i]);
            case long[] array -> list(array.length, i -> array[i]);
            case float[] array -> list(array.length, i -> (double) array[i]);
            case double[] array -> list(array.length, i -> array[i]);
            case boolean[] array -> list(array.length, i -> array[i]);
            case Object[] array -> list(array.length, i -> asList(array[i]));
            default -> value; // Utf8Strings are a list
        };
    }
}
