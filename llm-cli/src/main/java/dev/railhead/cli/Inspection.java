package dev.railhead.cli;

import dev.railhead.MemoryEstimate;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.RailheadException;
import dev.railhead.gguf.GgufFile;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What `llm inspect` says about a file.
///
/// @param file the file's name
/// @param header facts of the file format
/// @param metadata key to value, long arrays shortened
/// @param tensors in the order of the file
/// @param estimate memory the model would need; null if it can't be told
/// @param noEstimate why it can't be told
record Inspection(String file, Map<String, Object> header, Map<String, Object> metadata, Collection<Tensor> tensors,
        @Nullable MemoryEstimate estimate, @Nullable String noEstimate) {
    static Inspection of(ModelFile file, ModelOptions options) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        file.source().metadata().values().forEach((key, value) -> metadata.put(key, MetadataValue.of(value)));
        Collection<Tensor> tensors = file.source().tensors();
        MemoryEstimate estimate = null;
        String noEstimate = null;
        if (tensors.isEmpty()) {
            noEstimate = "the file holds a vocabulary and no tensors";
        } else {
            try {
                estimate = Model.estimate(file.path(), options);
            } catch (RailheadException e) {
                noEstimate = e.getMessage();
            }
        }
        return new Inspection(file.source().name(), header(file.source()), metadata, tensors, estimate, noEstimate);
    }

    /// An object for JSON.
    ///
    /// @param withTensors whether to list every tensor
    Map<String, Object> toJson(boolean withTensors) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("file", file);
        object.put("header", header);
        object.put("metadata", metadata);
        object.put("tensorCount", tensors.size());
        object.put("parameters", parameters());
        object.put("weightBytes", bytes(tensors));
        object.put("types", types());
        if (withTensors) {
            object.put("tensors", tensors.stream().map(Inspection::describe).toList());
        }
        if (estimate != null) {
            object.put("packedBytes", estimate.weightBytes());
            object.put("memory", memory(estimate));
        } else {
            object.put("memory", null);
            object.put("noMemoryEstimate", noEstimate);
        }
        return object;
    }

    /// Text for people.
    ///
    /// @param withTensors whether to list every tensor
    String toText(boolean withTensors) {
        List<String> lines = new ArrayList<>();
        lines.add("file        " + file);
        lines.add("header      " + header.entrySet().stream().map(fact -> fact.getKey() + " " + fact.getValue())
                .collect(Collectors.joining(", ")));
        lines.add("weights     " + tensors.size() + " tensors, " + Units.count(parameters()) + " parameters, "
                + Units.bytes(bytes(tensors)));
        types().forEach((type, group) -> lines.add("            " + type + ": " + group.tensors() + " tensors, "
                + Units.count(group.parameters()) + " parameters, " + Units.bytes(group.bytes())));
        lines.add(estimate == null ? "memory      no estimate: " + noEstimate : "memory      " + sentence(estimate));
        lines.add("");
        lines.add("metadata    " + metadata.size() + " keys");
        metadata.forEach((key, value) -> lines.add("  " + key + " = " + Json.write(value)));
        if (withTensors) {
            lines.add("");
            lines.add("tensors     name, type, shape (contiguous dimension first), size");
            tensors.forEach(t -> lines.add("  " + t.name() + "  " + t.type().name() + "  "
                    + Arrays.toString(t.shape()) + "  " + Units.bytes(t.data().byteSize())));
        }
        return String.join(System.lineSeparator(), lines);
    }

    /// The tensors of one weight type.
    private record TypeGroup(int tensors, long parameters, long bytes) {
        TypeGroup plus(TypeGroup other) {
            return new TypeGroup(tensors + other.tensors, parameters + other.parameters, bytes + other.bytes);
        }
    }

    private record TensorRow(String name, String type, long[] shape, long bytes) {}

    private static TensorRow describe(Tensor tensor) {
        return new TensorRow(tensor.name(), tensor.type().name(), tensor.shape(), tensor.data().byteSize());
    }

    private Map<String, TypeGroup> types() {
        Map<String, TypeGroup> types = new TreeMap<>();
        for (Tensor tensor : tensors) {
            types.merge(tensor.type().name(), new TypeGroup(1, tensor.elements(), tensor.data().byteSize()),
                    TypeGroup::plus);
        }
        return types;
    }

    private static Map<String, Object> header(ModelSource source) {
        Map<String, Object> header = new LinkedHashMap<>();
        if (source instanceof GgufFile gguf) {
            header.put("format", "GGUF");
            header.put("version", gguf.version());
            header.put("alignment", gguf.alignment());
            header.put("dataOffset", gguf.dataOffset());
            header.put("files", gguf.shardCount());
            header.put("fileBytes", gguf.fileBytes());
        } else {
            header.put("format", "llama2.c");
        }
        return header;
    }

    private long parameters() {
        return tensors.stream().mapToLong(Tensor::elements).sum();
    }

    private static long bytes(Collection<Tensor> tensors) {
        return tensors.stream().mapToLong(t -> t.data().byteSize()).sum();
    }

    private static Map<String, Long> memory(MemoryEstimate estimate) {
        Map<String, Long> terms = new LinkedHashMap<>();
        terms.put("fileBytes", estimate.fileBytes());
        terms.put("weightBytes", estimate.weightBytes());
        terms.put("kvCacheBytesPerSession", estimate.kvCacheBytesPerSession());
        terms.put("scratchBytes", estimate.scratchBytes());
        terms.put("vocabularyBytes", estimate.vocabularyBytes());
        terms.put("totalBytesOneSession", estimate.total(1));
        return terms;
    }

    private static String sentence(MemoryEstimate estimate) {
        return Units.bytes(estimate.total(1)) + " with one session at full context: packed weights "
                + Units.bytes(estimate.weightBytes()) + ", KV cache " + Units.bytes(estimate.kvCacheBytesPerSession())
                + ", working memory " + Units.bytes(estimate.scratchBytes()) + ", vocabulary "
                + Units.bytes(estimate.vocabularyBytes());
    }
}
