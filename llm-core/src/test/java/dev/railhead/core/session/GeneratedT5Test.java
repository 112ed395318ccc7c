package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// T5 with decoders that are deeper and shallower than the encoder. The expected logits, those after the last token, are what
/// llama.cpp 0.5.0 makes of the same files; of the deeper decoder those of a file whose encoder has as many layers, four of which
/// add nothing.
class GeneratedT5Test {
    /// Longer than a part of a step.
    static final int[] SOURCE = GeneratedEncodersTest.LONG_TEXT;

    /// The decoder's first token, which the file doesn't name, and others.
    static final int[] ANSWER = answer();

    private static int[] answer() {
        int[] answer = new Random(8).ints(550, 3, TinyLlama.VOCABULARY).toArray();
        answer[0] = 0;
        return answer;
    }

    private static float[] logits(GeneratedT5 t5) {
        ModelOptions options = ModelOptions.defaults().withBackend("reference").withContextLength(1024);
        try (Model model = Model.load("t5", new ByteArrayInputStream(t5.file()), options);
                Session session = model.newSession()) {
            session.prefill(SOURCE);
            session.prefill(Arrays.copyOfRange(ANSWER, 1, ANSWER.length));
            return session.logits();
        }
    }

    @Test
    void aDecoderMayBeDeeperThanTheEncoder() throws IOException {
        float[] found = logits(GeneratedT5.DEEP_DECODER);
        assertThat(found).containsExactly(logits(GeneratedT5.DEEP));
        assertThat(error(found, "T5_DEEP")).isLessThan(1e-11); // measured: 3.5e-13
    }

    @Test
    void aDecoderMayBeShallowerThanTheEncoder() throws IOException {
        // Measured: 7.8e-8, since the reference takes GELU from a table of half precision numbers.
        assertThat(error(logits(GeneratedT5.SHALLOW_DECODER), "T5_SHALLOW_DECODER")).isLessThan(5e-7);
    }

    private static double error(float[] found, String name) throws IOException {
        return ReferenceCase.nmse(new float[][]{found}, new float[][]{GeneratedEncodersTest.expected(name)});
    }
}
