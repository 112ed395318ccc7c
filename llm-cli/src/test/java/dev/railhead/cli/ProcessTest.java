package dev.railhead.cli;

import static dev.railhead.cli.LlmProcess.exitCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The command as a process of its own: what can't be seen from within one.
class ProcessTest {
    private static final int SIGNAL_INTERRUPT = 130;

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
        LlmProcess.assumeInterruptsWork();
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

    private static Process start(String... args) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(LlmProcess.command(args));
        builder.environment().put("LC_ALL", "POSIX");
        return builder.start();
    }
}
