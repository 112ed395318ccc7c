package dev.railhead.cli;

import dev.railhead.Tokenizer;
import dev.railhead.core.tokenizer.Tokenizers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `llm tokenize`: text to token ids and back.
@Command(name = "tokenize", description = "Prints the token ids of a text, or the text of token ids.")
final class TokenizeCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "TEXT", description = "The text; standard input, as UTF-8 to its end and untrimmed, if left out.")
    private @Nullable String text;

    @Option(names = "--no-special", description = "Add no BOS or EOS.")
    private boolean noSpecial;

    @Option(names = "--no-parse-special", description = "Read the text of special tokens as plain text.")
    private boolean noParseSpecial;

    @Option(names = "--json", description = "Print {\"ids\": [...], \"pieces\": [...]}; with --decode {\"text\": ...}.")
    private boolean json;

    @Option(names = "--lines", description = "Each line of standard input is a JSON string; print one JSON object a line.")
    private boolean lines;

    @Option(names = "--decode", paramLabel = "IDS", converter = TokenIds.Converter.class, description = "Print the text of token ids such as 1,2,3, special tokens included, without a line break "
            + "after it.")
    private @Nullable TokenIds decode;

    @Mixin
    private ModelSelection selection = new ModelSelection();

    @Spec
    private CommandSpec command;

    private final Console console;

    @SuppressWarnings("NullAway.Init") // picocli sets the rest
    TokenizeCommand(Console console) {
        this.console = console;
    }

    /// The contract of `--json` and `--lines`.
    ///
    /// @param ids token ids
    /// @param pieces the text of each; bytes that are no whole characters are U+FFFD
    private record Tokens(int[] ids, List<String> pieces) {}

    /// The contract of `--decode` with `--json`.
    private record Text(String text) {}

    @Override
    public Integer call() throws IOException {
        checkCombination();
        Tokenizer tokenizer;
        try (ModelFile file = ModelFile.open(selection.model, selection.tokenizer)) {
            tokenizer = Tokenizers.of(file.source().metadata());
        }
        if (decode != null) {
            printText(tokenizer, decode.checked(tokenizer.vocabularySize(), command.commandLine()));
        } else if (lines) {
            printLines(tokenizer);
        } else {
            Tokens tokens = tokens(tokenizer, text != null ? text : console.readAll());
            console.out().println(json ? Json.write(tokens) : TokenIds.format(tokens.ids));
        }
        return Llm.DONE;
    }

    private void printText(Tokenizer tokenizer, int[] ids) {
        String decoded = tokenizer.decode(ids, true);
        if (json) {
            console.out().println(Json.write(new Text(decoded)));
        } else {
            console.out().print(decoded);
        }
    }

    private void printLines(Tokenizer tokenizer) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            if (!line.isBlank()) {
                String decoded = Json.readString(line, "standard input, line " + number);
                console.out().println(Json.write(tokens(tokenizer, decoded)));
            }
        }
    }

    private Tokens tokens(Tokenizer tokenizer, String input) {
        int[] ids = tokenizer.encode(input, !noSpecial, !noParseSpecial);
        List<String> pieces = Arrays.stream(ids)
                .mapToObj(id -> new String(tokenizer.piece(id), StandardCharsets.UTF_8)).toList();
        return new Tokens(ids, pieces);
    }

    private void checkCombination() {
        int inputs = (text != null ? 1 : 0) + (lines ? 1 : 0) + (decode != null ? 1 : 0);
        if (inputs > 1) {
            throw new CommandLine.ParameterException(command.commandLine(),
                    "TEXT, --lines and --decode exclude each other: give one of them");
        }
    }
}
