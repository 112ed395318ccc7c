package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.GenerationOptions;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Sampler;
import dev.railhead.Session;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.ValueType;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens that the file says are never generated, through the whole engine.
class SuppressedGenerationTest {
    @TempDir
    private Path folder;

    private int[] generated(GgufWriter writer, Sampler sampler) throws IOException {
        Path file = Files.write(folder.resolve("tiny.gguf"), writer.toByteArray());
        try (Model model = Model.load(file, ModelOptions.defaults().withBackend("reference"));
                Session session = model.newSession()) {
            return session.generate("abc", GenerationOptions.builder().maxTokens(30).sampler(sampler).build()).tokens();
        }
    }

    @Test
    void areNotGeneratedWhateverTheSampler() throws IOException {
        int[] free = generated(TinyLlama.defaults().writer(), Sampler.greedy());
        int[] listed = Arrays.stream(free).distinct().toArray();
        assertThat(listed).isNotEmpty();
        GgufWriter writer = TinyLlama.defaults().writer().putArray("tokenizer.ggml.suppress_tokens", ValueType.INT32,
                IntStream.of(listed).asLongStream().toArray());
        for (Sampler sampler : new Sampler[]{Sampler.greedy(), Sampler.random(5), candidates -> {}}) {
            assertThat(IntStream.of(generated(writer, sampler))).doesNotContainAnyElementsOf(
                    IntStream.of(listed).boxed().toList());
        }
    }
}
