package dev.railhead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The command as a process of its own.
final class LlmProcess {
    /// SIGINT is signal 2, the second bit of Linux' signal masks.
    private static final long SIGINT_BIT = 2;

    private LlmProcess() {}

    /// What starts the command with these arguments.
    static List<String> command(String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"), Llm.class.getName()));
        command.addAll(List.of(args));
        return command;
    }

    /// Skips the test where Ctrl-C reaches no child.
    static void assumeInterruptsWork() throws IOException {
        assumeThat(ignoresInterrupts()).as("SIGINT is ignored here, as in background jobs, and children inherit that")
                .isFalse();
    }

    private static boolean ignoresInterrupts() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.split("\\s+")[1], 16) & SIGINT_BIT) != 0);
        }
    }

    /// Waits for the end of a process.
    static int exitCode(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ends in time").isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
