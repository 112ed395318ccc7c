package dev.railhead.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.gguf.testing.BytePatcher;
import dev.railhead.gguf.testing.ReferenceData;
import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
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

    /// Version 3 only added big-endian files.
    @Test
    void version2IsReadLikeVersion3() {
        byte[] bytes = TinyLlama.defaults().writer().toByteArray();
        byte[] older = new BytePatcher(bytes).int32(4, 2).bytes();
        try (GgufFile model = GgufFile.of("3.gguf", MemorySegment.ofArray(bytes));
                GgufFile old = GgufFile.of("2.gguf", MemorySegment.ofArray(older))) {
            assertThat(old.version()).isEqualTo(2);
            assertThat(old.metadata().values()).usingRecursiveComparison().isEqualTo(model.metadata().values());
            assertThat(old.tensors()).hasSameSizeAs(model.tensors());
            for (Tensor tensor : model.tensors()) {
                Tensor twin = Objects.requireNonNull(old.tensor(tensor.name()));
                assertThat(twin.shape()).isEqualTo(tensor.shape());
                assertThat(twin.data().mismatch(tensor.data())).as(tensor.name()).isEqualTo(-1);
            }
        }
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
