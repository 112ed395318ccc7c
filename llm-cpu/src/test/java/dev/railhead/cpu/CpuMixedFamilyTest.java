package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.PackedCache;
import dev.railhead.core.session.MixedFamilyContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mixed quantized files of all families with the Vector API backend.
class CpuMixedFamilyTest extends MixedFamilyContract {
    @Override
    protected ModelOptions options() {
        return ModelOptions.defaults().withBackend(CpuBackendProvider.NAME);
    }

    @Test
    void theScalarBackendGivesTheSameBits() {
        assertThat(logits(file(), options())).isDeepEqualTo(logits(file(), options().withBackend("reference")));
    }

    @Test
    void keptWeightsGiveTheSameBits(@TempDir Path folder) throws IOException, InterruptedException {
        Path path = Files.write(folder.resolve("model.gguf"), file());
        Thread.sleep(30); // a model that was just written is not kept
        ModelOptions kept = fitted(options()).withPackedCache(PackedCache.besideModel());
        float[][] packed = keptLogits(path, kept);
        Path cache = folder.resolve("model.gguf.railhead");
        FileTime written = Files.getLastModifiedTime(cache);
        float[][] restored = keptLogits(path, kept);
        assertThat(Files.getLastModifiedTime(cache)).as("nothing was packed again").isEqualTo(written);
        assertThat(packed).isDeepEqualTo(logits(file(), options()));
        assertThat(restored).isDeepEqualTo(packed);
    }

    private float[][] keptLogits(Path path, ModelOptions options) {
        try (Model model = Model.load(path, options)) {
            return batch(model);
        }
    }
}
