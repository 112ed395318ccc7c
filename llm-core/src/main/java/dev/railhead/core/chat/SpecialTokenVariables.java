package dev.railhead.core.chat;

import dev.railhead.ModelMetadata;
import dev.railhead.Tokenizer;
import dev.railhead.core.jinja.TrustedText;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The texts of the vocabulary's special tokens, as templates name them.
///
/// @param texts `bos_token` and `eos_token`, empty if the model has none; `unk_token` and `pad_token` if it has them
record SpecialTokenVariables(Map<String, TrustedText> texts) {
    SpecialTokenVariables(ModelMetadata metadata, Tokenizer tokenizer) {
        this(read(metadata, tokenizer));
    }

    private static Map<String, TrustedText> read(ModelMetadata metadata, Tokenizer tokenizer) {
        Map<String, TrustedText> texts = new HashMap<>();
        texts.put("bos_token", text(tokenizer, tokenizer.bos()));
        texts.put("eos_token", text(tokenizer, tokenizer.eos()));
        put(texts, "unk_token", tokenizer, metadata.values().get("tokenizer.ggml.unknown_token_id"));
        put(texts, "pad_token", tokenizer, metadata.values().get("tokenizer.ggml.padding_token_id"));
        return Map.copyOf(texts);
    }

    private static void put(Map<String, TrustedText> texts, String name, Tokenizer tokenizer, @Nullable Object id) {
        if (id instanceof Number number && number.longValue() >= 0
                && number.longValue() < tokenizer.vocabularySize()) {
            texts.put(name, text(tokenizer, OptionalInt.of(number.intValue())));
        }
    }

    private static TrustedText text(Tokenizer tokenizer, OptionalInt token) {
        return new TrustedText(
                token.isEmpty() ? "" : new String(tokenizer.piece(token.getAsInt()), StandardCharsets.UTF_8));
    }
}
