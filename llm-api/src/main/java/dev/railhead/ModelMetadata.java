package dev.railhead;

import java.util.Map;
import java.util.Optional;

/// What a model file says about itself. Immutable.
///
/// @param name `general.name`, or the file's name
/// @param architecture `general.architecture`, for example `llama`
/// @param parameterCount number of weights
/// @param fileBytes bytes of the weights in the file
/// @param weightType the weight type that holds most of the weights, in GGUF's spelling, for example `Q4_K`
/// @param contextLength positions the model was trained for
/// @param embeddingLength width of the model
/// @param blockCount layers
/// @param headCount attention heads of the layer with most; 0 for a model without attention
/// @param kvHeadCount heads of keys and values of the layer with most
/// @param vocabularySize number of token ids
/// @param values the metadata of the file by key, without the arrays of the vocabulary, which the [Tokenizer] holds;
///     arrays as unmodifiable lists, numbers as Long or Double
public record ModelMetadata(String name, String architecture, long parameterCount, long fileBytes, String weightType,
        int contextLength, int embeddingLength, int blockCount, int headCount, int kvHeadCount, int vocabularySize,
        Map<String, Object> values) {
    /// The model's chat template (Jinja), if the file carries one.
    public Optional<String> chatTemplate() {
        return values.get("tokenizer.chat_template") instanceof String template
                ? Optional.of(template)
                : Optional.empty();
    }
}
