package dev.railhead.benchmarks.history;

import dev.railhead.Session;
import java.util.Random;

/// Prefill of a prompt or decode of tokens one by one, from an empty KV cache. Written as `Q4_0:pp512` or `Q4_0:tg64`.
///
/// @param type the model's type
/// @param prefill whether it is a prompt
/// @param length number of tokens, at least 1
record SpeedTest(String type, boolean prefill, int length) {
    private static final String FORM = "[^:]+:(pp|tg)[1-9][0-9]{0,5}";
    private static final long SEED = 42;

    /// Reads what [#toString()] writes.
    ///
    /// @throws IllegalArgumentException if it is something else
    static SpeedTest parse(String text) {
        if (!text.matches(FORM)) {
            throw new IllegalArgumentException("test: expected TYPE:ppN or TYPE:tgN, found '" + text + "'");
        }
        int colon = text.indexOf(':');
        return new SpeedTest(text.substring(0, colon), text.startsWith("pp", colon + 1),
                Integer.parseInt(text.substring(colon + 3)));
    }

    /// The test without its type, as llama-bench writes it.
    String name() {
        return (prefill ? "pp" : "tg") + length;
    }

    /// Runs the test once.
    void run(Session session) {
        int[] tokens = new Random(SEED).ints(length, 0, session.model().metadata().vocabularySize()).toArray();
        session.rewind(0);
        if (prefill) {
            session.prefill(tokens);
        } else {
            for (int token : tokens) {
                session.decode(token);
            }
        }
    }

    @Override
    public String toString() {
        return type + ":" + name();
    }
}
