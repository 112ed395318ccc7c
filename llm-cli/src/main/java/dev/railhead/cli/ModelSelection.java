package dev.railhead.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which model a command works on.
final class ModelSelection {
    @Option(names = {"-m",
            "--model"}, paramLabel = "FILE", description = "GGUF file (first shard of a split one) or llama2.c checkpoint; the embedded demo model if "
                    + "left out.")
    @Nullable
    Path model;

    @Option(names = "--tokenizer", paramLabel = "FILE", description = "tokenizer.bin of a llama2.c checkpoint (default: the one beside it).")
    @Nullable
    Path tokenizer;

    boolean isDemo() {
        return model == null;
    }
}
