package dev.railhead.benchmarks.tokenizer.peers;

import dev.railhead.spi.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Writes GPT-2's vocabulary as a `tokenizer.json`, the form that Hugging Face's library reads.
final class TokenizerJson {
    private TokenizerJson() {}

    static void write(Metadata gpt2, Path to) throws IOException {
        List<String> tokens = gpt2.strings("tokenizer.ggml.tokens");
        String vocabulary = IntStream.range(0, tokens.size()).mapToObj(id -> quoted(tokens.get(id)) + ":" + id)
                .collect(Collectors.joining(","));
        String merges = gpt2.strings("tokenizer.ggml.merges").stream().map(TokenizerJson::quoted)
                .collect(Collectors.joining(","));
        Files.writeString(to,
                """
                        {"version": "1.0", "added_tokens": [], "normalizer": null, "post_processor": null,
                         "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true},
                         "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true}, "model": {"type": "BPE", "vocab": {%s}, "merges": [%s]}}
                        """
                        .formatted(vocabulary, merges));
    }

    /// GPT-2's tokens have no control characters, since they are written in an alphabet of visible ones.
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
