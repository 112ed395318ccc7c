package dev.railhead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The command as a process of its own: what can't be seen from within one.
class ProcessTest {
    private static final int SIGNAL_INTERRUPT = 130;

    /// SIGINT is signal 2, the second bit of Linux' signal masks.
    private static final long SIGINT_BIT = 2;

    @Test
    void streamsAreUtf8WhateverTheLocaleAndExitCodesReachTheShell() throws Exception {
        Process process = start("tokenize", "--json");
        process.getOutputStream().write("Größe 🦊".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(exitCode(process)).isZero();
        assertThat(out).isEqualTo(Invocation.llm("tokenize", "--json", "Größe 🦊").out());

        assertThat(exitCode(start("run", "--temp", "warm"))).isEqualTo(2);
        assertThat(exitCode(start("inspect", "missing.gguf"))).isEqualTo(1);
    }

    @Test
    void interruptEndsTheGenerationWithItsStatistics() throws Exception {
        assumeThat(ignoresInterrupts()).as("SIGINT is ignored here, as in background jobs, and children inherit that")
                .isFalse();
        // At this temperature the demo model rambles on for as long as its context lasts.
        Process process = start("run", "Once upon a time", "--temp", "5", "--seed", "7", "--backend", "reference");
        assertThat(process.getInputStream().read()).as("first byte of the text").isPositive();

        interrupt(process);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(exitCode(process)).isEqualTo(SIGNAL_INTERRUPT);
        assertThat(err).contains("finish: cancelled");
    }

    /// Java can end a process but not interrupt it.
    private static void interrupt(Process process) throws IOException, InterruptedException {
        assumeThat(Path.of("/bin/kill")).as("a kill command to send SIGINT with").exists();
        assertThat(new ProcessBuilder("/bin/kill", "-INT", Long.toString(process.pid())).start().waitFor()).isZero();
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

    private static Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"), Llm.class.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "POSIX");
        return builder.start();
    }

    private static int exitCode(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ends in time").isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
