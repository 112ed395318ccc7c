package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.Model;
import dev.railhead.gguf.GgufArray;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.ValueType;
import dev.railhead.gguf.testing.TinyLlama;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a model tells of its file.
class ModelMetadataTest {
    @TempDir
    private Path folder;

    @Test
    void arraysAreLists() {
        Path file = folder.resolve("model.gguf");
        GgufWriter writer = TinyLlama.defaults().writer().putArray("i8", ValueType.INT8, new long[]{-1})
                .putArray("u8", ValueType.UINT8, new long[]{255}).putArray("i32", ValueType.INT32, new long[]{-2, 2})
                .putArray("u64", ValueType.UINT64, new long[]{3}).putArray("f32", ValueType.FLOAT32, new double[]{0.5})
                .putArray("f64", ValueType.FLOAT64, new double[]{0.1})
                .putArray("bool", ValueType.BOOL, new boolean[]{true, false})
                .putArray("strings", ValueType.STRING, new String[]{"a", "ż"})
                .putArray("nested", ValueType.ARRAY,
                        new GgufArray[]{new GgufArray(ValueType.UINT16, new long[]{65535})});
        writer.write(file);
        try (Model model = Model.load(file)) {
            Map<String, Object> values = model.metadata().values();
            assertThat(values).containsEntry("i8", List.of(-1L)).containsEntry("u8", List.of(255L))
                    .containsEntry("i32", List.of(-2L, 2L)).containsEntry("u64", List.of(3L))
                    .containsEntry("f32", List.of(0.5)).containsEntry("f64", List.of(0.1))
                    .containsEntry("bool", List.of(true, false)).containsEntry("strings", List.of("a", "ż"))
                    .containsEntry("nested", List.of(List.of(65535L))).containsEntry("llama.block_count", 2L)
                    .doesNotContainKeys("tokenizer.ggml.tokens", "tokenizer.ggml.scores", "tokenizer.ggml.token_type");
            assertThatThrownBy(() -> values.remove("i8")).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> ((List<?>) values.get("strings")).removeFirst())
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }
}
