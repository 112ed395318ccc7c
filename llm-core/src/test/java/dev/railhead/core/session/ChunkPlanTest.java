package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.ModelOptions;
import dev.railhead.gguf.GgufFile;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Prompts are taken in smaller steps where the heap is small, and only there.
class ChunkPlanTest {
    @TempDir
    private Path directory;

    private GgufFile file;

    @BeforeEach
    void open() throws IOException {
        Path path = directory.resolve("model.gguf");
        TinyLlama.defaults().writer().write(path);
        file = GgufFile.open(path);
    }

    @AfterEach
    void close() {
        file.close();
    }

    private int chunk(int asked, long heap) {
        return ChunkPlan.fit(file.metadata(), ModelOptions.defaults().withPrefillChunk(asked), heap).prefillChunk();
    }

    /// The heap for which the activations of a chunk take two thirds of what the vocabulary leaves.
    private long heapFor(int chunk) {
        ModelOptions options = ModelOptions.defaults().withPrefillChunk(chunk);
        return MemoryPlan.vocabularyBytes(file.metadata())
                + Math.ceilDiv(MemoryPlan.heapScratchBytes(file.metadata(), options), 2) * 3;
    }

    @Test
    void enoughHeapLeavesTheChunk() {
        assertThat(chunk(256, heapFor(256))).isEqualTo(256);
        assertThat(chunk(1000, heapFor(1000))).isEqualTo(1000);
        assertThat(ChunkPlan.fit(file.metadata(), ModelOptions.defaults()))
                .isEqualTo(ModelOptions.defaults());
    }

    @Test
    void lessHeapHalvesIt() {
        assertThat(chunk(256, heapFor(256) - 6)).isEqualTo(128);
        assertThat(chunk(256, heapFor(64))).isEqualTo(64);
    }

    @Test
    void smallStepsAreNotMadeSmaller() {
        assertThat(chunk(256, 0)).isEqualTo(ChunkPlan.MIN_CHUNK);
        assertThat(chunk(31, 0)).isEqualTo(31);
        assertThat(chunk(1, 0)).isEqualTo(1);
    }
}
