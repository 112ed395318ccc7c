package dev.railhead.cli;

import dev.railhead.Tokenizer;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The ChatML format: `<|im_start|>role`, a line break, the content, `<|im_end|>`, a line break.
///
/// The marks are encoded as special tokens, contents as plain text: a message that spells out a mark can't end its turn
/// or begin another one.
final class ChatMl {
    private static final String START = "<|im_start|>";
    private static final String END = "<|im_end|>";

    private final Tokenizer tokenizer;

    /// @throws Failure if the vocabulary has no ChatML marks
    ChatMl(Tokenizer tokenizer, String modelName) {
        this.tokenizer = tokenizer;
        for (String mark : new String[]{START, END}) {
            if (tokenizer.tokenOf(mark).isEmpty()) {
                throw new Failure("model " + modelName + " has no token " + mark
                        + ": chat needs a model that speaks ChatML; use 'llm run' to continue a text");
            }
        }
    }

    /// The tokens that open a conversation and ask for the first answer.
    int[] first(@Nullable String system, String user) {
        int[] opening = system == null
                ? beginning()
                : concat(beginning(), marks(START + "system\n"), content(system), marks(END + "\n"));
        return concat(opening, turn(user));
    }

    /// The tokens that end the previous answer and ask for the next one.
    int[] next(String user) {
        return concat(marks(END + "\n"), turn(user));
    }

    private int[] turn(String user) {
        return concat(marks(START + "user\n"), content(user), marks(END + "\n" + START + "assistant\n"));
    }

    /// BOS if the model wants one.
    private int[] beginning() {
        int[] around = tokenizer.encode("");
        boolean wantsBos = around.length > 0 && tokenizer.bos().equals(OptionalInt.of(around[0]));
        return wantsBos ? new int[]{around[0]} : new int[0];
    }

    private int[] marks(String text) {
        return tokenizer.encode(text, false, true);
    }

    private int[] content(String text) {
        return tokenizer.encode(text, false, false);
    }

    private static int[] concat(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
    }
}
