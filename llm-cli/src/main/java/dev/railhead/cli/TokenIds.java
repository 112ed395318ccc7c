package dev.railhead.cli;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine;

/// A list of token ids as the value of an option: `1,2,3`.
///
/// @param ids token ids, not yet compared with a vocabulary
record TokenIds(int[] ids) {
    /// Reads ids with commas or spaces between them.
    static final class Converter implements CommandLine.ITypeConverter<TokenIds> {
        @Override
        public TokenIds convert(String value) {
            return new TokenIds(value.isBlank()
                    ? new int[0]
                    : Arrays.stream(value.strip().split("\\s*,\\s*|\\s+")).mapToInt(Converter::id).toArray());
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

    /// The ids, checked.
    ///
    /// @throws CommandLine.ParameterException if one is not in the vocabulary
    int[] checked(int vocabularySize, CommandLine command) {
        for (int id : ids) {
            if (id < 0 || id >= vocabularySize) {
                throw new CommandLine.ParameterException(command,
                        "token id: expected 0 to " + (vocabularySize - 1) + ", found " + id);
            }
        }
        return ids;
    }

    /// What [Converter] reads.
    static String format(int[] ids) {
        return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }
}
