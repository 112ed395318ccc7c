package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.ModelOptions;
import dev.railhead.PackedCache;
import dev.railhead.core.cache.PackedWeights;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.gguf.GgufFile;
import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.PackedBytes;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Memory is taken ahead for the matrices that are packed, and for no others.
class MemoryAheadTest {
    private static final ModelOptions KEPT = ModelOptions.defaults().withPackedCache(PackedCache.besideModel());

    @TempDir
    private Path folder;

    /// Keeps a matrix as the bytes of the file.
    private record Kept(String name, int rows, int columns, long bytes, PackedBytes packed) implements Matrix {
        static Kept of(Tensor tensor, PackedBytes packed, long bytes) {
            return new Kept(tensor.name(), Math.toIntExact(tensor.rows()), Math.toIntExact(tensor.columns()), bytes,
                    packed);
        }

        @Override
        public void row(int row, float[] out, int offset) {
            throw new UnsupportedOperationException();
        }
    }

    /// The reference backend but for the way it packs.
    private static Backend keeping() {
        var reference = new ReferenceBackend();
        return (Backend) Proxy.newProxyInstance(MemoryAheadTest.class.getClassLoader(), new Class<?>[]{Backend.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "packedLayout" -> Optional.of("test");
                    case "packedBytes" -> ((Tensor) arguments[0]).data().byteSize();
                    case "pack" -> {
                        Tensor tensor = (Tensor) arguments[0];
                        yield Kept.of(tensor, new PackedBytes("bytes", tensor.data()), tensor.data().byteSize());
                    }
                    case "restore" -> Kept.of((Tensor) arguments[0], (PackedBytes) arguments[1], 0);
                    default -> {
                        try {
                            yield method.invoke(reference, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }
                });
    }

    @Test
    void onlyPackedMatricesAreExpected() throws Exception {
        Path path = folder.resolve("model.gguf");
        TinyLlama.defaults().writer().write(path);
        Thread.sleep(30); // a model that was just written is not kept
        try (GgufFile file = GgufFile.open(path); Backend backend = keeping(); Arena arena = Arena.ofShared()) {
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
            }
        }
        assertThat(Files.exists(folder.resolve("model.gguf.railhead"))).isTrue();
    }
}
