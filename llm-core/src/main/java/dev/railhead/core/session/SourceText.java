package dev.railhead.core.session;

import dev.railhead.core.kv.KvSequence;
import dev.railhead.core.kv.Source;

/// The source text of a session whose model has an encoder that reads it and a decoder that reads what came of it.
final class SourceText {
    private final RailheadModel model;
    private final KvSequence kept; // what the decoder's layers read
    private int[] tokens = {};
    private boolean isRead;

    /// @param kept keeps what the decoder reads; stays its owner's
    SourceText(RailheadModel model, KvSequence kept) {
        this.model = model;
        this.kept = kept;
    }

    /// Sets the text, to be read when the decoder runs.
    ///
    /// @param text one or more token ids, at most as many as the context has positions
    void set(int[] text) {
        forget();
        tokens = text.clone();
    }

    /// Number of tokens; 0 if there is no text.
    int length() {
        return tokens.length;
    }

    /// Forgets the text and gives its pages back.
    void forget() {
        tokens = new int[0];
        isRead = false;
        kept.truncate(0);
    }

    /// Takes the text through the encoder, unless that has been done.
    ///
    /// @param decoder will read it
    /// @throws dev.railhead.core.kv.StepCancelledException if stopped on the way
    void read(StopCondition stop, KvSequence decoder) {
        if (isRead) {
            return;
        }
        kept.reserve(tokens.length);
        model.run(stop, step -> {
            for (int i = 0; i < tokens.length; i++) {
                step.add(kept, i, tokens[i], null);
            }
            step.markSource();
        });
        decoder.read(new Source(kept, tokens.length));
        isRead = true;
    }
}
