package dev.railhead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A command on a pseudo-terminal of its own, which `script` of util-linux makes. What is typed passes through the
/// terminal, so Ctrl-C becomes a signal and Ctrl-D the end of the input; what is read holds the echo.
final class Terminal implements AutoCloseable {
    static final String CTRL_C = "\u0003";
    static final String CTRL_D = "\u0004";

    private static final Path SCRIPT = Path.of("/usr/bin/script");

    private final Process process;
    private final Reader screen;

    private Terminal(Process process) {
        this.process = process;
        screen = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8);
        // Reading has no timeout of its own: a command that hangs is ended, and the reader sees the end.
        CompletableFuture.delayedExecutor(2, TimeUnit.MINUTES).execute(process::destroyForcibly);
    }

    /// Skips the test where there is no such `script`.
    static void assumeAvailable() throws IOException, InterruptedException {
        assumeThat(Files.isExecutable(SCRIPT)).as(SCRIPT + ", which makes pseudo-terminals").isTrue();
        Process version = new ProcessBuilder(SCRIPT.toString(), "--version").redirectErrorStream(true).start();
        version.getOutputStream().close();
        String text = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeThat(text).as("the version of " + SCRIPT).contains("util-linux");
        assumeThat(version.waitFor()).isZero();
    }

    static Terminal start(List<String> command) throws IOException {
        String line = command.stream().map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" ", "exec ", ""));
        return new Terminal(new ProcessBuilder(SCRIPT.toString(), "-qec", line, "/dev/null").start());
    }

    void type(String keys) throws IOException {
        process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /// Reads until the screen shows `expected`.
    ///
    /// @return what it showed meanwhile
    String readUntil(String expected) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.length() < expected.length()
                || seen.indexOf(expected, seen.length() - expected.length()) < 0) {
            int c = screen.read();
            assertThat(c).as("expected '%s', found the end after: %s", expected, seen).isNotNegative();
            seen.append((char) c);
        }
        return seen.toString();
    }

    /// Reads to the end.
    String readAll() throws IOException {
        StringBuilder seen = new StringBuilder();
        for (int c = screen.read(); c >= 0; c = screen.read()) {
            seen.append((char) c);
        }
        return seen.toString();
    }

    int exitCode() throws InterruptedException {
        return LlmProcess.exitCode(process);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
