package dev.railhead.cli;

import static dev.railhead.cli.Invocation.llm;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.ValueType;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
    @Test
    void textNamesHeaderMetadataTypesAndMemory() {
        Invocation inspect = llm("inspect");

        assertThat(inspect.exitCode()).isZero();
        assertThat(inspect.out()).contains("demo.gguf", "GGUF, version 3", "2.75 M parameters", "Q8_0",
                "memory      ", "packed weights", "KV cache", "general.architecture = \"llama\"",
                "tokenizer.ggml.tokens = {\"length\":1536");
        assertThat(inspect.out()).doesNotContain("blk.0.attn_q.weight");
        assertThat(llm("inspect", "--tensors").out()).contains("blk.0.attn_q.weight  Q8_0  [256, 256]");
    }

    @Test
    void jsonHoldsTheSame() {
        JsonNode json = llm("inspect", "--tensors", "--json").json();

        assertThat(json.get("header").get("version").intValue()).isEqualTo(3);
        assertThat(json.get("metadata").get("llama.block_count").intValue()).isEqualTo(4);
        assertThat(json.get("tensors").size()).isEqualTo(json.get("tensorCount").intValue());
        assertThat(json.get("packedBytes").longValue()).isPositive();
        assertThat(json.get("memory").get("kvCacheBytesPerSession").longValue())
                .isEqualTo(2L * 4 * 1024 * 2 * 64 * Short.BYTES);
    }

    @Test
    void vocabularyWithoutTensorsIsEnough(@TempDir Path directory) {
        Path file = directory.resolve("vocabulary.gguf");
        new GgufWriter().put("general.architecture", "llama").put("tokenizer.ggml.model", "gpt2")
                .put("tokenizer.ggml.pre", "gpt-2")
                .putArray("tokenizer.ggml.tokens", ValueType.STRING, new String[]{"a", "b", "ab"})
                .putArray("tokenizer.ggml.merges", ValueType.STRING, new String[]{"a b"})
                .putArray("tokenizer.ggml.token_type", ValueType.INT32, new long[]{1, 1, 1}).write(file);

        Invocation inspect = llm("inspect", file.toString());
        assertThat(inspect.exitCode()).isZero();
        assertThat(inspect.out()).contains("no estimate: the file holds a vocabulary and no tensors",
                "tokenizer.ggml.tokens = [\"a\",\"b\",\"ab\"]");
        assertThat(llm("tokenize", "--no-special", "-m", file.toString(), "abba").out().strip()).isEqualTo("2,1,0");
    }
}
