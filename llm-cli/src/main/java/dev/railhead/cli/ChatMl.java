package dev.railhead.cli;

import dev.railhead.Session;
import dev.railhead.Tokenizer;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A conversation in ChatML, for models without a chat template: `<|im_start|>role`, a line break, the content, `<|im_end|>`, a line break.
///
/// The marks are encoded as special tokens, contents as plain text: a message that spells out a mark can't end its turn
/// or begin another one.
final class ChatMl implements Conversation {
    private static final String START = "<|im_start|>";
    private static final String END = "<|im_end|>";

    private final Tokenizer tokenizer;
    private final @Nullable String system;

    /// @param system the system message
    /// @throws Failure if the vocabulary has no ChatML marks
    ChatMl(Tokenizer tokenizer, String modelName, @Nullable String system) {
        this.tokenizer = tokenizer;
        this.system = system;
        for (String mark : new String[]{START, END}) {
            if (tokenizer.tokenOf(mark).isEmpty()) {
                throw new Failure("model " + modelName + " has no chat template and no token " + mark
                        + ": chat needs a template, or a model that speaks ChatML; use 'llm run' to continue a text");
            }
        }
    }

    @Override
    public int[] ask(Session session, String message) {
        return session.position() == 0 ? first(message) : next(message);
    }

    @Override
    public void answered(String text) {
        // the session holds it
    }

    @Override
    public void withdraw() {
        // it was never kept
    }

    @Override
    public void clear() {
        // the session is rewound
    }

    /// The tokens that open a conversation and ask for the first answer.
    private int[] first(String user) {
        int[] opening = system == null
                ? beginning()
                : concat(beginning(), marks(START + "system\n"), content(system), marks(END + "\n"));
        return concat(opening, turn(user));
    }

    /// The tokens that end the previous answer and ask for the next one.
    private int[] next(String user) {
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
