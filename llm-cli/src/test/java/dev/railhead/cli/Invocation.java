package dev.railhead.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// A command that has run.
///
/// @param exitCode its exit code
/// @param out what it wrote to standard output
/// @param err what it wrote to standard error
record Invocation(int exitCode, String out, String err) {
    /// Runs a command with empty standard input.
    static Invocation llm(String... args) {
        return withInput("", args);
    }

    /// Runs a command with text on standard input.
    static Invocation withInput(String input, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (PrintWriter outWriter = Console.writer(out); PrintWriter errWriter = Console.writer(err)) {
            Console console = new Console(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), outWriter,
                    errWriter, false, false);
            int exitCode = Llm.commandLine(console).execute(args);
            outWriter.flush();
            errWriter.flush();
            return new Invocation(exitCode, out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        }
    }

    /// Standard output as JSON.
    JsonNode json() {
        try {
            return new ObjectMapper().readTree(out);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + out, e);
        }
    }
}
