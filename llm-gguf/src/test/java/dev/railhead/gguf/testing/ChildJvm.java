package dev.railhead.gguf.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs a main class of the test class path in a JVM of its own.
public final class ChildJvm {
    /// How it went.
    ///
    /// @param exitCode 0 for a normal end
    /// @param output of both streams
    public record Result(int exitCode, String output) {}

    private ChildJvm() {}

    /// Runs to the end.
    ///
    /// @param options for the JVM
    public static Result run(List<String> options, Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.onExit().join().exitValue(), output);
    }
}
