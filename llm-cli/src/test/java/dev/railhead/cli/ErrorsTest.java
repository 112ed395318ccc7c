package dev.railhead.cli;

import static dev.railhead.cli.Invocation.llm;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "run", "chat", "bench", "logits", "tokenize", "embed", "inspect"})
    void helpIsEverywhere(String command) {
        Invocation help = command.isEmpty() ? llm("--help") : llm(command, "--help");

        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).startsWith(("Usage: llm " + command).strip());
        assertThat(help.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            run --temp warm x       | llm run: Invalid value for option '--temp'
            run --temp -1 x         | llm run: temperature: expected 0 or more, found -1.0
            run --temp NaN x        | llm run: temperature: expected 0 or more, found NaN
            run --top-p 1.5 x       | llm run: topP: expected 0 to 1, found 1.5
            run -n -1 x             | llm run: maxTokens: expected 0 or more, found -1
            run -t -1 x             | llm run: threads: expected 0 (all processors) to 1024, found -1
            run -c -1 x             | llm run: contextLength: expected 0 (the model's own) or more, found -1
            run --load-mode fast x  | llm run: Invalid value for option '--load-mode'
            run --sideways x        | llm run: Unknown option: '--sideways'
            run one two             | llm run: Unmatched argument at index 2: 'two'
            bench -p 0 -n 0         | llm bench: nothing to measure: -p and -n are 0
            bench -p -5             | llm bench: -p: expected 0 or more, found -5
            bench -d -1             | llm bench: -d: expected 0 or more, found -1
            bench -d 10 -c 500      | llm bench: -p or -n, and -d: expected at most the context, 500, found 522
            bench --sequences 0     | llm bench: --sequences: expected 1 or more, found 0
            bench --sequences 2 -p 9| llm bench: --n-prompt: can't be given beside --sequences
            bench --sequences 2 -n 0| llm bench: nothing to measure: -n is 0
            bench --roofline -m x   | llm bench: --model: can't be given beside --roofline
            bench --roofline --types x| llm bench: --types: weight type: expected one of
            bench --roofline --size 0| llm bench: --size: expected 1 or more, found 0
            bench --types Q4_0      | llm bench: --types and --size: expected --roofline beside them, found none
            bench -r 0              | llm bench: -r: expected 1 or more, found 0
            bench -o xml            | llm bench: Invalid value for option '--output'
            logits -o x.f32         | llm logits: Missing required option: '--tokens=IDS'
            logits --tokens 1,x -o x| llm logits: Invalid value for option '--tokens'
            tokenize --decode 999999| llm tokenize: token id: expected 0 to 1535, found 999999
            tokenize --lines x      | llm tokenize: TEXT, --lines and --decode exclude each other: give one of them
            inspect -m a b          | llm inspect: FILE and -m are the same: give one of them
            frobnicate              | llm: Unmatched argument at index 0: 'frobnicate'
            """)
    void wrongUsageIsOneLineAndExitCode2(String arguments, String message) {
        Invocation invocation = llm(arguments.split(" ", -1));

        assertThat(invocation.exitCode()).isEqualTo(2);
        assertThat(invocation.out()).isEmpty();
        assertThat(invocation.err().lines()).hasSize(1);
        assertThat(invocation.err()).startsWith(message).contains("--help'");
    }

    @Test
    void noCommandIsWrongUsage() {
        assertThat(llm().exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run -m", "chat -m", "bench -m", "tokenize -m", "embed a -m", "inspect",
            "logits --tokens 1 -o x -m"})
    void missingModelIsOneLineAndExitCode1(String command, @TempDir Path directory) {
        Path missing = directory.resolve("missing.gguf");
        String[] arguments = (command + " " + missing).split(" ", -1);

        Invocation invocation = Invocation.withInput("x", arguments);

        assertThat(invocation.exitCode()).isEqualTo(1);
        assertThat(invocation.out()).isEmpty();
        assertThat(invocation.err().lines()).hasSize(1);
        assertThat(invocation.err()).startsWith("llm " + command.split(" ", -1)[0] + ": ").contains(missing.toString());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void damagedModelIsOneLineAndExitCode1(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("damaged.gguf"), "GGUF, but not really");

        Invocation invocation = llm("run", "-m", file.toString(), "x");

        assertThat(invocation.exitCode()).isEqualTo(1);
        assertThat(invocation.err().lines()).hasSize(1);
        assertThat(invocation.err()).contains("damaged.gguf");
    }

    @Test
    void verboseShowsTheStackTrace(@TempDir Path directory) {
        Path missing = directory.resolve("missing.gguf");

        Invocation invocation = llm("run", "--verbose", "-m", missing.toString(), "x");

        assertThat(invocation.exitCode()).isEqualTo(1);
        assertThat(invocation.err().lines()).hasSizeGreaterThan(1);
        assertThat(invocation.err()).contains("\tat dev.railhead.");
    }
}
