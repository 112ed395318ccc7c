package dev.railhead.cli;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine;

/// A list of token ids as an option's value: `1,2,3`.
final class TokenIds implements CommandLine.ITypeConverter<int[]> {
    @Override
    public int[] convert(String value) {
        return value.isBlank()
                ? new int[0]
                : Arrays.stream(value.strip().split("\\s*,\\s*|\\s+")).mapToInt(TokenIds::id).toArray();
    }

    /// The way back.
    static String format(int[] tokens) {
        return Arrays.stream(tokens).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }

    /// Checks ids that came from the command line.
    ///
    /// @throws CommandLine.ParameterException
    ///             if one is not in the vocabulary
    static void check(int[] tokens, int vocabularySize, CommandLine command) {
        for (int token : tokens) {
            if (token < 0 || token >= vocabularySize) {
                throw new CommandLine.ParameterException(command,
                        "token id: expected 0 to " + (vocabularySize - 1) + ", found " + token);
            }
        }
    }

    private static int id(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new CommandLine.TypeConversionException(
                    "expected token ids such as 1,2,3, found '" + text + "'");
        }
    }
}
