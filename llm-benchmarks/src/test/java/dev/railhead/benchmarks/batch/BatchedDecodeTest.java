package dev.railhead.benchmarks.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.KvCacheType;
import dev.railhead.LoadProgress;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import dev.railhead.cpu.CpuBackendProvider;
import dev.railhead.demo.DemoModel;
import dev.railhead.gguf.ModelFiles;
import dev.railhead.spi.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchedDecodeTest {
    private static final int SEQUENCES = 3;
    private static final int DEPTH = 70;
    private static final int LENGTH = 5;

    @TempDir
    private Path directory;

    @Test
    void eachSequenceGetsTheLogitsThatItGetsAlone() throws IOException {
        Path file = directory.resolve("demo.gguf");
        try (InputStream in = DemoModel.open()) {
            Files.copy(in, file);
        }
        try (Model model = Model.load(file, ModelOptions.defaults().withKvCacheType(KvCacheType.F16));
                BatchedDecode batch = batch(file, model.metadata().vocabularySize())) {
            for (int run = 0; run < 2; run++) { // the second begins anew
                batch.fill(DEPTH);
                batch.decode(SEQUENCES, DEPTH, LENGTH);
            }

            for (int s = 0; s < SEQUENCES; s++) {
                assertThat(batch.logits(s)).as("sequence %d", s).containsExactly(alone(model, batch.tokens(s)));
            }
            assertThat(batch.tokens(0)).isNotEqualTo(batch.tokens(1));
        }
    }

    private static BatchedDecode batch(Path file, int vocabulary) {
        try (ModelSource source = ModelFiles.open(file, null)) {
            return new BatchedDecode(source, new CpuBackendProvider().create(2), KvCacheType.F16, vocabulary, SEQUENCES,
                    DEPTH + LENGTH, LoadProgress.NONE);
        }
    }

    private static float[] alone(Model model, int[] tokens) {
        try (Session session = model.newSession()) {
            session.prefill(Arrays.copyOf(tokens, DEPTH + LENGTH));
            return session.logits();
        }
    }
}
