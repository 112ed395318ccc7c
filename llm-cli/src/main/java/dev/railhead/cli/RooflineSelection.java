package dev.railhead.cli;

import dev.railhead.benchmarks.roofline.RooflineOptions;
import dev.railhead.gguf.block.WeightTypes;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Whether `llm bench` measures the roofline, and how much of it.
final class RooflineSelection {
    @Option(names = "--roofline", description = "Measures no model but read bandwidth, f32 multiply-adds and the kernels of every weight "
            + "type beside them.")
    private boolean roofline;

    @Option(names = "--types", paramLabel = "TYPE", split = ",", description = "With --roofline: the weight types to measure, comma-separated. Default: all.")
    private String @Nullable [] types;

    @Option(names = "--size", paramLabel = "MIB", description = "With --roofline: MiB of weights for decode, and of the buffer that is read; many times the last "
            + "level cache. Default: 512, or less on small machines.")
    private @Nullable Integer size;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /// Set by picocli.
    @SuppressWarnings("NullAway.Init")
    RooflineSelection() {}

    /// Whether the roofline was asked for.
    ///
    /// @throws CommandLine.ParameterException if it was not, but its options were given
    boolean isAsked() {
        if (!roofline && (types != null || size != null)) {
            throw error("--types and --size: expected --roofline beside them, found none");
        }
        return roofline;
    }

    /// What is to be measured.
    ///
    /// @param rounds measurements of everything
    /// @param warmUp of each weight type
    /// @throws CommandLine.ParameterException if a type is unknown or the size is out of range
    RooflineOptions toOptions(int threads, int rounds, Duration warmUp) {
        RooflineOptions options = RooflineOptions.of(threads, rounds, warmUp);
        if (size != null) {
            if (size < 1) {
                throw error("--size: expected 1 or more, found " + size);
            }
            options = options.withMatrixBytes((long) size << 20);
        }
        try {
            return types == null ? options : options.withTypes(Stream.of(types).map(WeightTypes::byName).toList());
        } catch (IllegalArgumentException e) {
            throw error("--types: " + e.getMessage());
        }
    }

    private CommandLine.ParameterException error(String message) {
        return new CommandLine.ParameterException(command.commandLine(), message);
    }
}
