package dev.railhead.core.tokenizer;

import dev.railhead.ModelFormatException;
import dev.railhead.Tokenizer;
import dev.railhead.UnsupportedModelException;
import dev.railhead.spi.Metadata;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/// The tokenizer algorithms by `tokenizer.ggml.model`.
public final class Tokenizers {
    private static final String MODEL = "tokenizer.ggml.model";

    private static final Map<String, Function<Metadata, Tokenizer>> ALGORITHMS = new TreeMap<>(
            Map.of("llama", SpmEncoder::tokenizer, "gpt2", BpeEncoder::gpt2, "gemma4", BpeEncoder::gemma4,
                    "hybriddna", BpeEncoder::hybridDna, "whitespace", BpeEncoder::whitespace, "bert",
                    WordPieceEncoder::tokenizer, "t5", UnigramEncoder::tokenizer));

    /// What converters write into files of models that read no text.
    private static final Set<String> NONE = Set.of("none", "no_vocab");

    private Tokenizers() {}

    /// All names in alphabetical order.
    public static Set<String> names() {
        return new TreeSet<>(ALGORITHMS.keySet());
    }

    /// Builds the tokenizer that a model file describes. It is immutable, safe for use by any thread, and keeps no
    /// reference to the metadata.
    ///
    /// @throws UnsupportedModelException if the algorithm or the pre-tokenizer is none that Railhead has
    /// @throws ModelFormatException if the vocabulary is missing or damaged
    public static Tokenizer of(Metadata metadata) {
        String model = metadata.string(MODEL);
        Function<Metadata, Tokenizer> algorithm = ALGORITHMS.get(model);
        if (NONE.contains(model)) {
            throw new UnsupportedModelException("key '" + MODEL + "' of " + metadata.file() + ": tokenizer '" + model
                    + "' says that the file has no vocabulary, and Railhead needs one. Convert the model again with its "
                    + "vocabulary.");
        }
        if (algorithm == null) {
            throw new UnsupportedModelException("key '" + MODEL + "' of " + metadata.file() + ": tokenizer '" + model
                    + "' is not supported; supported are " + String.join(", ", ALGORITHMS.keySet()));
        }
        return algorithm.apply(metadata);
    }
}
