package dev.railhead.core.session;

import dev.railhead.CancelledException;
import dev.railhead.ClosedException;
import dev.railhead.GenerationOptions;
import dev.railhead.core.kv.KvSequence;
import dev.railhead.core.kv.Step;
import dev.railhead.core.kv.StepCancelledException;
import dev.railhead.spi.Activations;
import dev.railhead.spi.KvLayout;
import java.util.List;

/// Takes texts through a model: as many at a time as fit a step, each from position 0, in pages of their own that are given back
/// at once. Groups of texts take turns, so that there are pages of one group at a time. Thread-safe.
final class TextPass {
    /// Pages for the keys and values of a group; more would leave the caches of the processor and save few passes over the
    /// weights, since a group already has the rows of a step or this many pages.
    private static final long GROUP_BYTES = 64L << 20;

    /// Texts of a group at most: from some hundred rows on a step is bound by its products, not by reading weights.
    private static final int GROUP_TEXTS = 64;

    private final RailheadModel model;
    private final TurnQueue groups = new TurnQueue();
    private final long groupPages;

    TextPass(RailheadModel model) {
        this.model = model;
        long pageBytes = Math.max(1, model.pool().sequenceLayout().bytes(KvLayout.PAGE_LENGTH));
        groupPages = Math.max(pages(model.contextLength()), Math.min(GROUP_TEXTS, GROUP_BYTES / pageBytes));
    }

    private static int pages(int length) {
        return Math.ceilDiv(length, KvLayout.PAGE_LENGTH);
    }

    /// Receives hidden states in the order of the texts and of their tokens, on the thread that called.
    @FunctionalInterface
    interface Receiver {
        /// The state of a token.
        ///
        /// @param text index of the text
        /// @param position of the token in its text
        /// @param x holds the state, from `offset` on; valid during the call
        void state(int text, int position, float[] x, int offset);

        /// A text is complete.
        default void textDone(int text) {}

        /// The texts from `from` to before `to` are complete, and the model computes nothing else meanwhile.
        default void groupDone(int from, int to) {}
    }

    /// Computes texts.
    ///
    /// @param texts at least one token each, at most as many as the context has positions
    /// @throws ClosedException if the model is closed, before or meanwhile
    /// @throws CancelledException if the thread is interrupted
    void run(List<int[]> texts, Receiver receiver) {
        UseGuard guard = model.begin("the embedding call");
        try {
            GenerationOptions noLimits = GenerationOptions.defaults();
            var stop = new StopCondition(guard, new Deadlines(noLimits, model.nanoTime()), noLimits);
            for (int from = 0, to; from < texts.size(); from = to) {
                to = groupEnd(texts, from);
                groups.take(stop);
                try (Group group = new Group(texts, from, to)) {
                    group.run(stop, receiver);
                } finally {
                    groups.pass();
                }
            }
        } catch (StepCancelledException e) {
            throw guard.isClosing()
                    ? new ClosedException("the model was closed while it computed")
                    : new CancelledException("the thread was interrupted; no result of this call is kept");
        } finally {
            guard.end();
            guard.startClosing();
        }
    }

    /// Where the group that begins at `from` ends: it has at least one text.
    private int groupEnd(List<int[]> texts, int from) {
        long rows = 0;
        long pages = 0;
        int to = from;
        while (to < texts.size()) {
            int length = texts.get(to).length;
            rows += length;
            pages += pages(length);
            if (to > from && (rows > model.prefillChunk() || pages > groupPages)) {
                break;
            }
            to++;
        }
        return to;
    }

    /// Texts that are computed together: in one step, or, if it is a single long text of a causal model, in several.
    private final class Group implements AutoCloseable {
        private final List<int[]> texts;
        private final int from;
        private final int to;
        private final KvSequence[] sequences;
        private int text; // the next row's
        private int position;
        private int doneText; // that of the next hidden state
        private int donePosition;

        Group(List<int[]> texts, int from, int to) {
            this.texts = texts;
            this.from = from;
            this.to = to;
            sequences = new KvSequence[to - from];
            for (int i = 0; i < sequences.length; i++) {
                sequences[i] = new KvSequence(model.pool());
            }
            text = from;
            doneText = from;
        }

        void run(StopCondition stop, Receiver receiver) {
            while (text < to) {
                model.run(stop, step -> {
                    addRows(step);
                    step.wantHiddenStates((x, rows) -> deliver(x, rows, receiver));
                });
            }
        }

        private void addRows(Step step) {
            while (text < to && step.rows() < step.capacity()) {
                int[] tokens = texts.get(text);
                int end = Math.min(tokens.length, position + step.capacity() - step.rows());
                KvSequence sequence = sequences[text - from];
                sequence.reserve(end);
                while (position < end) {
                    step.add(sequence, position, tokens[position], null);
                    position++;
                }
                if (position == tokens.length) {
                    text++;
                    position = 0;
                }
            }
        }

        private void deliver(Activations x, int rows, Receiver receiver) {
            for (int row = 0; row < rows; row++) {
                receiver.state(doneText, donePosition, x.values, row * x.columns);
                donePosition++;
                if (donePosition == texts.get(doneText).length) {
                    receiver.textDone(doneText);
                    doneText++;
                    donePosition = 0;
                }
            }
            if (doneText == to) {
                receiver.groupDone(from, to);
            }
        }

        /// Gives the pages back.
        @Override
        public void close() {
            for (KvSequence sequence : sequences) {
                sequence.close();
            }
        }
    }
}
