package dev.railhead.demo;

import dev.railhead.Model;
import dev.railhead.ModelOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/// The demo model: 2.75 million parameters, 3 MB, trained on simple stories, small talk, facts, JSON and tool calls in
/// ChatML. It makes first steps, examples and tests run without a download.
public final class DemoModel {
    /// What messages call the model.
    public static final String NAME = "demo.gguf";

    private DemoModel() {}

    /// Loads the demo model with default options.
    ///
    /// @return the model, to be closed by the caller
    public static Model load() {
        return load(ModelOptions.defaults());
    }

    /// Loads the demo model.
    ///
    /// @param options as for any model
    /// @return the model, to be closed by the caller
    public static Model load(ModelOptions options) {
        try (InputStream in = open()) {
            return Model.load(NAME, in, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The bytes of the GGUF file.
    ///
    /// @return a stream, to be closed by the caller
    public static InputStream open() {
        return Objects.requireNonNull(DemoModel.class.getResourceAsStream(NAME), "the demo model is not in the jar");
    }
}
