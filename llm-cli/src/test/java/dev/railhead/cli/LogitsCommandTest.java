package dev.railhead.cli;

import static dev.railhead.cli.Invocation.llm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.Model;
import dev.railhead.Session;
import dev.railhead.demo.DemoModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogitsCommandTest {
    @TempDir
    private Path directory;

    @Test
    void batchAndStepsOfEveryBackendGiveTheSameBits() throws IOException {
        byte[] expected = logits("batch.f32");

        assertThat(logits("step.f32", "--mode", "step")).isEqualTo(expected);
        assertThat(logits("reference.f32", "--backend", "reference")).isEqualTo(expected);
        assertThat(logits("one-thread.f32", "--mode", "step", "-t", "1", "-c", "64")).isEqualTo(expected);
        assertThat(logits("mapped.f32", "--load-mode", "mapped")).isEqualTo(expected);
    }

    @Test
    void fileHoldsTheLogitsOfEveryPosition() throws IOException {
        byte[] bytes = logits("all.f32");

        try (Model model = DemoModel.load(); Session session = model.newSession()) {
            int vocabulary = model.metadata().vocabularySize();
            assertThat(bytes).hasSize(3 * vocabulary * Float.BYTES);
            float[] last = new float[vocabulary];
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(2 * vocabulary, last);
            session.prefill(5, 6, 7);
            assertThat(last).isEqualTo(session.logits());
        }
    }

    @Test
    void tokenOutsideTheVocabularyIsAUsageError() {
        Path output = directory.resolve("x.f32");
        Invocation invocation = llm("logits", "--tokens", "1,1536", "-o", output.toString());

        assertThat(invocation.exitCode()).isEqualTo(2);
        assertThat(invocation.err()).contains("token id: expected 0 to 1535, found 1536");
        assertThat(output).doesNotExist();
    }

    private byte[] logits(String name, String... options) throws IOException {
        Path output = directory.resolve(name);
        String[] arguments = new String[options.length + 5];
        System.arraycopy(new String[]{"logits", "--tokens", "5,6,7", "-o", output.toString()}, 0, arguments, 0, 5);
        System.arraycopy(options, 0, arguments, 5, options.length);
        Invocation invocation = llm(arguments);
        assertThat(invocation.err()).isEmpty();
        assertThat(invocation.exitCode()).isZero();
        return Files.readAllBytes(output);
    }
}
