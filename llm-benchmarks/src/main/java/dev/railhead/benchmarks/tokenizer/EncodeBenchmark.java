package dev.railhead.benchmarks.tokenizer;

import dev.railhead.Tokenizer;
import dev.railhead.core.tokenizer.Tokenizers;
import dev.railhead.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Encodes a text file over and over on one thread; the counter `tokens` is the speed in tokens per microsecond, that
/// is, in millions a second.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class EncodeBenchmark {
    /// A GGUF file with a vocabulary.
    @Param("")
    public String vocabulary = "";

    /// A file of UTF-8.
    @Param("")
    public String text = "";

    private String content = "";
    private @Nullable Tokenizer tokenizer;

    /// What JMH divides by time.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Counters {
        /// Tokens of all calls.
        public long tokens;
    }

    /// Reads both files.
    @Setup
    public void read() throws IOException {
        if (vocabulary.isEmpty() || text.isEmpty()) {
            throw new IllegalArgumentException("expected two files: -p vocabulary=FILE.gguf -p text=FILE");
        }
        content = Files.readString(Path.of(text));
        try (GgufFile file = GgufFile.open(Path.of(vocabulary))) {
            tokenizer = Tokenizers.of(file.metadata());
        }
    }

    /// Encodes the whole text.
    @Benchmark
    public int[] encode(Counters counters) {
        int[] ids = Objects.requireNonNull(tokenizer).encode(content);
        counters.tokens += ids.length;
        return ids;
    }
}
