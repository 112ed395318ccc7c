package dev.railhead.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.gguf.testing.ReferenceData;
import dev.railhead.spi.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Sound files.
class GgufFileTest {
    @Test
    void readsAllModelsOfTheReference() throws IOException {
        List<Path> models;
        try (Stream<Path> files = Files.list(ReferenceData.of("arch"))) {
            models = files.map(folder -> folder.resolve("model.gguf")).toList();
        }
        assertThat(models).isNotEmpty().allSatisfy(path -> {
            try (ModelSource model = ModelFiles.open(path, null)) {
                assertThat(model.metadata().string("general.architecture")).isNotEmpty();
                assertThat(model.tensors()).isNotEmpty();
            }
        });
    }

    @Test
    void readsMetadataAndTensors() {
        try (GgufFile model = GgufFile.open(ReferenceData.of("llama2c/stories260K/stories260K.gguf"))) {
            assertThat(model.metadata().integer("llama.block_count")).isEqualTo(5);
            assertThat(model.version()).isEqualTo(3);
            assertThat(model.tensor("token_embd.weight").shape()).containsExactly(64, 512);
            assertThat(model.tensor("no.such")).isNull();
        }
    }
}
