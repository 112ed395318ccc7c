package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.GenerationOptions;
import dev.railhead.LoadMode;
import dev.railhead.Model;
import dev.railhead.ModelFileChangedException;
import dev.railhead.ModelLoadException;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import dev.railhead.gguf.testing.Resources;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What becomes of a model when its file changes.
@Timeout(20)
class ChangedFileTest {
    private static final byte[] GOOD = TinyLlama.defaults().writer().toByteArray();
    private static final int[] TOKENS = {1, 70, 80, 90};

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void writeModel() throws IOException {
        file = Files.write(folder.resolve("model.gguf"), GOOD);
    }

    @AfterEach
    void nothingIsLeftAndAnotherModelLoads() throws IOException {
        Resources.assertNoneOf(folder);
        writeModel();
        try (Model model = load(LoadMode.MAPPED)) {
            assertThat(LogitsContract.batch(model, TOKENS)).hasDimensions(TOKENS.length, TinyLlama.VOCABULARY);
        }
    }

    private Model load(LoadMode mode) {
        return Model.load(file, ModelOptions.defaults().withBackend("reference").withLoadMode(mode));
    }

    @ParameterizedTest
    @EnumSource
    void deletingAndReplacingDoNoHarm(LoadMode mode) throws IOException {
        try (Model model = load(mode)) {
            float[][] expected = LogitsContract.batch(model, TOKENS);
            Path other = Files.write(folder.resolve("other"), new byte[10]);
            Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            LogitsContract.assertSameBits(LogitsContract.batch(model, TOKENS), expected, "replaced");
            Files.delete(file);
            LogitsContract.assertSameBits(LogitsContract.batch(model, TOKENS), expected, "deleted");
        }
    }

    @Test
    void packedWeightsDontDependOnTheFile() throws IOException {
        try (Model model = load(LoadMode.PACKED); Session session = model.newSession()) {
            float[][] expected = LogitsContract.batch(model, TOKENS);
            Files.write(file, new byte[GOOD.length]); // in place
            assertThat(((AllLogits) session).allLogits(TOKENS)).isDeepEqualTo(expected);
            Files.write(file, new byte[1]);
            LogitsContract.assertSameBits(LogitsContract.batch(model, TOKENS), expected, "truncated");
        }
    }

    @Test
    void aMappedModelWhoseFileChangedIsOver() throws IOException {
        try (Model model = load(LoadMode.MAPPED); Session session = model.newSession()) {
            session.prefill(TOKENS);
            Files.setLastModifiedTime(file, FileTime.fromMillis(1));
            assertOver(session);
            Files.write(file, GOOD);
            assertOver(session); // a model that failed stays failed
            session.rewind(1);
            assertThat(session.position()).isEqualTo(1);
            try (Session other = model.newSession()) {
                assertOver(other);
            }
        }
    }

    private static void assertOver(Session session) {
        int position = session.position();
        assertThatThrownBy(() -> session.decode(5)).isExactlyInstanceOf(ModelFileChangedException.class)
                .hasMessageContainingAll("model.gguf", "load it again");
        assertThat(session.position()).isEqualTo(position);
    }

    @Test
    void aVanishedPageHasOneSentence() {
        InternalError cause = new InternalError("a fault");
        assertThat(ModelFileChangedException.gone("model.gguf", cause)).hasCause(cause)
                .hasMessage("model file model.gguf: expected it unchanged while it is in use, found part of it gone"
                        + " (a fault); load it again, and replace model files by an atomic rename");
    }

    @Test
    void aMappedModelWhoseFileGrewIsOver() throws IOException {
        try (Model model = load(LoadMode.MAPPED); Session session = model.newSession()) {
            byte[] longer = new byte[GOOD.length + 1];
            System.arraycopy(GOOD, 0, longer, 0, GOOD.length);
            Files.write(file, longer);
            assertThatThrownBy(() -> session.prefill(TOKENS)).isExactlyInstanceOf(ModelFileChangedException.class)
                    .hasMessageContaining("found " + longer.length + " bytes");
        }
    }

    @Test
    void aGenerationEndsWhenTheFileChanges() {
        try (Model model = load(LoadMode.MAPPED); Session session = model.newSession()) {
            int[] heard = {0};
            assertThatThrownBy(() -> session.generate("abc", GenerationOptions.greedy(), token -> {
                if (heard[0]++ == 2) {
                    touch();
                }
            })).isExactlyInstanceOf(ModelFileChangedException.class);
            assertThat(heard[0]).isEqualTo(3);
        }
    }

    private void touch() {
        try {
            Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void changingWhileLoadingIsSeen(LoadMode mode) {
        assertThatThrownBy(() -> Model.load(file, ModelOptions.defaults().withLoadMode(mode)
                .withProgress((done, total) -> touch()))).isExactlyInstanceOf(ModelFileChangedException.class)
                .hasMessageContaining("model.gguf");
    }

    @Test
    void anInterruptedStreamIsATypedErrorAndTheFlagStays() throws IOException {
        try (InputStream in = Channels.newInputStream(FileChannel.open(file))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> Model.load("stream.gguf", in, ModelOptions.defaults()))
                    .isExactlyInstanceOf(ModelLoadException.class)
                    .hasMessageContainingAll("stream.gguf", "reading failed", "ClosedByInterruptException");
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }
}
