package dev.railhead.examples.quickstart;

import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.Model;
import dev.railhead.Session;
import dev.railhead.demo.DemoModel;
import java.nio.file.Path;

/// Loads a model, continues a text token by token, and closes everything. The argument is a model file; without one it
/// is the embedded demo model.
public final class Quickstart {
    private Quickstart() {}

    static void main(String[] args) {
        try (Model model = args.length > 0 ? Model.load(Path.of(args[0])) : DemoModel.load();
                Session session = model.newSession()) {
            GenerationOptions options = GenerationOptions.builder().maxTokens(100).build();
            GenerationResult result = session.generate("Once upon a time", options, token -> IO.print(token.text()));
            IO.println();
            if (result.text().isBlank()) {
                throw new IllegalStateException("the model said nothing: " + result.finishReason());
            }
        }
    }
}
