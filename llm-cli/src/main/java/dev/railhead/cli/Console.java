package dev.railhead.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// The three streams of the process, in UTF-8 whatever the locale. Results go to `out`, everything else to `err`.
///
/// @param in standard input
/// @param out results
/// @param err progress, statistics, errors
/// @param terminalIn whether a person types the input
/// @param terminalErr whether a person watches the errors, so that a progress bar makes sense
record Console(InputStream in, PrintWriter out, PrintWriter err, boolean terminalIn, boolean terminalErr) {
    /// The streams of this process. Java can't tell which of them are terminals one by one; the `llm` script can and
    /// says so in system properties.
    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null again where there is no terminal
    static Console ofProcess() {
        java.io.Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        return new Console(new FileInputStream(FileDescriptor.in), writer(new FileOutputStream(FileDescriptor.out)),
                writer(new FileOutputStream(FileDescriptor.err)), flag("railhead.cli.stdin.terminal", terminal),
                flag("railhead.cli.stderr.terminal", terminal));
    }

    static PrintWriter writer(OutputStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), false);
    }

    /// Standard input to its end, as UTF-8, untouched otherwise.
    String readAll() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static boolean flag(String property, boolean otherwise) {
        String value = System.getProperty(property);
        return value == null ? otherwise : Boolean.parseBoolean(value);
    }
}
