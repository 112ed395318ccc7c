package dev.railhead.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.gguf.testing.TinyLlama2c;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tensors give the same bytes by copying as by their data, wherever they are from.
class TensorReadTest {
    @TempDir
    private Path folder;

    private static void assertReads(ModelSource model) {
        assertThat(model.tensors()).isNotEmpty().allSatisfy(tensor -> {
            assertReads(tensor);
            assertReads(tensor.slice("last row", tensor.rows() - 1, 1));
        });
    }

    private static void assertReads(Tensor tensor) {
        int bytes = Math.toIntExact(tensor.data().byteSize());
        int from = bytes / 3;
        byte[] out = new byte[bytes - from];
        tensor.read(from, out, 0, out.length);
        assertThat(out).as(tensor.name()).isEqualTo(tensor.data().asSlice(from).toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void ofAFile() {
        Path path = folder.resolve("tiny.gguf");
        TinyLlama.defaults().writer().write(path);
        try (ModelSource model = ModelFiles.open(path, null)) {
            assertReads(model);
        }
    }

    @Test
    void ofShards() {
        Path first = TinyLlama.defaults().writer().writeSplit(folder, "tiny", 3).getFirst();
        try (ModelSource model = ModelFiles.open(first, null)) {
            assertThat(model.tensors()).extracting(Tensor::file).contains("tiny-00001-of-00003.gguf",
                    "tiny-00002-of-00003.gguf", "tiny-00003-of-00003.gguf");
            assertReads(model);
        }
    }

    @Test
    void inMemory() {
        MemorySegment bytes = MemorySegment.ofArray(TinyLlama.defaults().writer().toByteArray());
        try (GgufFile model = GgufFile.of("tiny.gguf", bytes)) {
            assertReads(model);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void ofACheckpoint(int version) throws IOException {
        Path path = Files.write(folder.resolve("model.bin"), TinyLlama2c.of(version).checkpoint());
        Files.write(folder.resolve("tokenizer.bin"), TinyLlama2c.of(version).tokenizer());
        try (ModelSource model = ModelFiles.open(path, null)) {
            assertReads(model);
        }
    }
}
