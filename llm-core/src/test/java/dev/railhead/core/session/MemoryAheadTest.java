package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.ModelOptions;
import dev.railhead.PackedCache;
import dev.railhead.core.cache.PackedWeights;
import dev.railhead.gguf.GgufFile;
import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Memory is taken ahead for the matrices that are packed, and for no others.
class MemoryAheadTest {
    private static final ModelOptions KEPT = ModelOptions.defaults().withPackedCache(PackedCache.besideModel());

    @TempDir
    private Path folder;

    @Test
    void onlyPackedMatricesAreExpected() throws Exception {
        Path path = folder.resolve("model.gguf");
        TinyLlama.defaults().writer().write(path);
        Thread.sleep(30); // a model that was just written is not kept
        try (GgufFile file = GgufFile.open(path);
                Backend backend = new KeepingBackend().backend();
                Arena arena = Arena.ofShared()) {
            List<Tensor> matrices = file.tensors().stream().filter(tensor -> tensor.shape().length > 1).toList();
            try (PackedWeights first = PackedWeights.of(file, backend, KEPT)) {
                assertThat(MemoryPlan.matrices(file, first)).isNotEmpty().containsExactlyElementsOf(
                        matrices.stream().map(tensor -> tensor.data().byteSize()).toList());
                matrices.subList(1, matrices.size()).forEach(tensor -> first.pack(tensor, arena));
                first.save();
            }
            try (PackedWeights second = PackedWeights.of(file, backend, KEPT)) {
                assertThat(MemoryPlan.matrices(file, second))
                        .containsExactly(matrices.getFirst().data().byteSize());
                matrices.forEach(tensor -> second.pack(tensor, arena));
                second.save();
            }
            try (PackedWeights third = PackedWeights.of(file, backend, KEPT)) {
                assertThat(MemoryPlan.matrices(file, third)).isEmpty();
                matrices.forEach(tensor -> third.pack(tensor, arena));
                assertThat(third.copySizes()).containsExactlyElementsOf(
                        matrices.stream().map(tensor -> tensor.data().byteSize()).toList());
            }
        }
        assertThat(Files.exists(folder.resolve("model.gguf.railhead"))).isTrue();
    }
}
