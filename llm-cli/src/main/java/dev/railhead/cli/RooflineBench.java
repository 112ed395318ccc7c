package dev.railhead.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.railhead.benchmarks.roofline.KernelSpeed;
import dev.railhead.benchmarks.roofline.RooflineBenchmark;
import dev.railhead.benchmarks.roofline.RooflineOptions;
import dev.railhead.benchmarks.roofline.RooflineResult;
import dev.railhead.benchmarks.roofline.RooflineTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `llm bench --roofline`: the kernels beside what the machine can do.
final class RooflineBench {
    private RooflineBench() {}

    /// The result as JSON; the names are a contract. Speeds are in billions per second: bytes, multiply-adds.
    record Result(@JsonProperty("vector_bits") int vectorBits, @JsonProperty("buffer_bytes") long bufferBytes,
            @JsonProperty("matrix_bytes") long matrixBytes, List<Machine> machine, List<Kernel> kernels) {
        static Result of(RooflineResult result) {
            return new Result(result.vectorBits(), result.bufferBytes(), result.matrixBytes(),
                    result.limits().stream().map(Machine::of).toList(),
                    result.kernels().stream().map(Kernel::of).toList());
        }
    }

    /// What the machine does with a number of threads.
    record Machine(int threads, @JsonProperty("read_gbs") double gigabytes,
            @JsonProperty("f32_gmadds") double gigaMultiplyAdds) {
        static Machine of(RooflineResult.Limits limits) {
            return new Machine(limits.threads(), limits.gigabytes(), limits.gigaMultiplyAdds());
        }
    }

    /// What a kernel does.
    ///
    /// @param step rows of activations
    /// @param target fraction of the bandwidth for one row, of the f32 speed for many; null where none is set
    record Kernel(String type, @JsonProperty("n_rows") int step, int threads, @JsonProperty("gbs") double gigabytes,
            @JsonProperty("gmadds") double gigaMultiplyAdds, @JsonProperty("of_read") double ofBandwidth,
            @JsonProperty("of_f32") double ofPeak, @Nullable Double target) {
        static Kernel of(KernelSpeed speed) {
            return new Kernel(speed.type(), speed.step(), speed.threads(), speed.gigabytes(),
                    speed.gigaMultiplyAdds(), speed.ofBandwidth(), speed.ofPeak(),
                    speed.target().isPresent() ? (Double) speed.target().getAsDouble() : null);
        }
    }

    /// Measures and prints.
    ///
    /// @throws Failure if the Vector API is missing, or a kernel is wrong
    static void run(RooflineOptions options, BenchCommand.Format format, Console console) {
        RooflineResult result;
        try (ProgressBar bar = new ProgressBar(console, "roofline")) {
            result = RooflineBenchmark.run(options, (what, done, total) -> bar.update(done, total));
        } catch (IllegalStateException e) {
            throw new Failure(String.valueOf(e.getMessage()));
        }
        console.out().println(format == BenchCommand.Format.JSON
                ? Json.writeIndented(Result.of(result))
                : RooflineTable.of(result));
    }
}
