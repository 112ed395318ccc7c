package dev.railhead.benchmarks.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.demo.DemoModel;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every process runs and reports; the speeds of a few milliseconds say nothing.
class HistoryBenchmarkTest {
    @TempDir
    private Path directory;

    @Test
    void everyTestIsMeasuredAloneAndInEachOrder() throws Exception {
        for (String type : new String[]{"one", "two"}) {
            try (InputStream in = DemoModel.open()) {
                Files.copy(in, HistoryRun.file(directory, type));
            }
        }

        String table = HistoryBenchmark.run(options("one,two"), directory);

        String cells = "( [0-9]+\\.[0-9]+ \\|){4}";
        assertThat(table.lines().filter(line -> line.matches("\\| (one|two) \\| (pp9|tg3) \\|" + cells))).hasSize(4);
    }

    @Test
    void aProcessThatFailsIsAnError() {
        assertThatThrownBy(() -> HistoryBenchmark.run(options("missing"), directory))
                .isInstanceOf(IllegalStateException.class).hasMessageStartingWith("exit code 1 of ")
                .hasMessageContaining("missing.gguf: ");
    }

    private static HistoryOptions options(String types) {
        return HistoryOptions.parse("--types", types, "--prompts", "9", "--decode", "3", "--warm-up", "0", "--seconds",
                "0", "--threads", "1");
    }
}
