package dev.railhead.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.Model;
import dev.railhead.ModelFormatException;
import dev.railhead.ModelLoadException;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import dev.railhead.UnsupportedModelException;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.testing.Promptly;
import dev.railhead.gguf.testing.Resources;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// One thing wrong with an otherwise good tiny llama, and the error that has to name it.
///
/// @param what for the test's name
/// @param how changes the model before it is written
/// @param type the exception's exact class
/// @param message what its message holds, among other things
record Damage(String what, Consumer<GgufWriter> how, Class<? extends ModelLoadException> type, List<String> message) {
    private static final String FILE = "bad.gguf";
    private static final byte[] GOOD = TinyLlama.defaults().writer().toByteArray();

    /// A key under `llama.` that is wrong.
    static Damage key(String name, Consumer<GgufWriter> how, String expected, String found) {
        return new Damage(name + ": " + found, how, ModelFormatException.class,
                List.of("key 'llama." + name + "' of " + FILE, "expected " + expected, "found " + found));
    }

    /// A key that asks for what isn't supported.
    static Damage unsupported(String name, Consumer<GgufWriter> how, String expected, String found) {
        return new Damage(name + ": " + found, how, UnsupportedModelException.class,
                List.of("key '" + name + "' of " + FILE, "expected " + expected, "found " + found));
    }

    /// A tensor that is wrong.
    static Damage tensor(String name, Consumer<GgufWriter> how, String expected, String found) {
        return new Damage(name + ": " + found, how, ModelFormatException.class,
                List.of("tensor '" + name + "' of " + FILE, "expected " + expected, "found " + found));
    }

    /// The damaged model is refused within a second, nothing of it stays open, and a good one loads.
    void assertRefused(Path folder) throws IOException {
        GgufWriter writer = TinyLlama.defaults().writer();
        how.accept(writer);
        Path bad = Files.write(folder.resolve(FILE), writer.toByteArray());
        String[] parts = Stream.concat(Stream.of(FILE), message.stream()).toArray(String[]::new);
        Promptly.underOneSecond(() -> assertThatThrownBy(() -> Model.load(bad, ModelOptions.defaults()).close())
                .isExactlyInstanceOf(type).hasMessageContainingAll(parts));
        Resources.assertNoneOf(folder);
        assertLoads(Files.write(folder.resolve("good.gguf"), GOOD));
    }

    /// A model loads and computes.
    static void assertLoads(Path file) {
        try (Model model = Model.load(file, ModelOptions.defaults()); Session session = model.newSession()) {
            session.prefill(1, 70, 80);
            assertThat(session.logits()).hasSize(TinyLlama.VOCABULARY);
        }
    }

    @Override
    public String toString() {
        return what;
    }
}
