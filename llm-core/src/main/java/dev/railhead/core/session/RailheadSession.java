package dev.railhead.core.session;

import dev.railhead.CancelledException;
import dev.railhead.ClosedException;
import dev.railhead.ContextOverflowException;
import dev.railhead.GeneratedToken;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.Model;
import dev.railhead.Session;
import dev.railhead.TokenProbability;
import dev.railhead.TokenStream;
import dev.railhead.core.kv.KvSequence;
import dev.railhead.core.kv.StepCancelledException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A session: the token history and how much of it is computed.
///
/// The history may be one token ahead: a generated token is computed only when what follows it is wanted. What the sequence
/// keeps may end earlier than what was computed, after a rewind or a failure of a model that keeps only the last window or
/// state; the next step then begins there, and the tokens are computed once more.
final class RailheadSession implements Session, AllLogits {
    private final RailheadModel model;
    private final SessionMemory memory;
    private final UseGuard guard;
    private final TokenHistory history = new TokenHistory();
    private final SessionLogits logits;
    private final @Nullable SourceText source; // of a model that reads one
    private int computed; // tokens of the history that a step has computed
    private int begun; // tokens of the history when the last call began

    RailheadSession(RailheadModel model, SessionMemory memory) {
        this.model = model;
        this.memory = memory;
        guard = new UseGuard("the session", memory::giveBack);
        source = model.decoderStart() < 0 ? null : new SourceText(model, memory.source());
        logits = new SessionLogits(model.vocabularySize(), memory.sequence().pool().sequenceLayout().hasState());
        memory.watch(this);
    }

    @Override
    public Model model() {
        return model;
    }

    @Override
    public int position() {
        return guarded(history::size);
    }

    @Override
    public int[] tokens() {
        return guarded(history::toArray);
    }

    @Override
    public void prefill(int... tokens) {
        guarded(() -> {
            requireTokens(tokens);
            compute(tokens);
            return null;
        });
    }

    @Override
    public void decode(int token) {
        guarded(() -> {
            compute(new int[]{token});
            return null;
        });
    }

    private static void requireTokens(int[] tokens) {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("tokens: expected at least one, found none");
        }
    }

    private void compute(int[] tokens) {
        int before = begin();
        append(tokens);
        try {
            computeLogits(newStop(GenerationOptions.defaults()));
        } catch (Throwable t) {
            rollBack(before);
            throw translate(t);
        }
    }

    /// Begins a call that computes: keeps what it takes to return here.
    ///
    /// @return the number of tokens
    int begin() {
        begun = history.size();
        if (hasLogits()) {
            logits.keep();
        }
        return begun;
    }

    /// What stops a call that begins now.
    StopCondition newStop(GenerationOptions options) {
        return new StopCondition(guard, new Deadlines(options, model.nanoTime()), options);
    }

    /// What the caller of a prefill or decode sees when its step was cancelled.
    private RuntimeException translate(Throwable t) {
        if (t instanceof StepCancelledException) {
            return guard.isClosing()
                    ? new ClosedException("the session was closed while it computed")
                    : new CancelledException(
                            "the thread was interrupted; the session is at position " + history.size());
        }
        throw sneaky(t);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable t) throws T {
        throw (T) t;
    }

    @Override
    public float[] logits() {
        return guarded(() -> currentLogits().clone());
    }

    @Override
    public List<TokenProbability> nextTokens(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count: expected at least 1, found " + count);
        }
        return guarded(() -> model.mostLikely(currentLogits(), count));
    }

    private float[] currentLogits() {
        if (computed < history.size()) {
            compute(new int[0]); // a generated token that nobody asked beyond yet
        }
        if (!hasLogits()) {
            throw new IllegalStateException("logits: expected tokens fed since the session was opened or rewound,"
                    + " found none; call prefill or decode first");
        }
        return logits.values();
    }

    private boolean hasLogits() {
        return logits.follow(history.size());
    }

    @Override
    public float[][] allLogits(int... tokens) {
        return guarded(() -> {
            requireTokens(tokens);
            if (source != null && history.size() == 0) {
                throw new IllegalStateException("allLogits: expected a source text in the session, found none; "
                        + "call prefill with it first");
            }
            int first = begin();
            append(tokens);
            float[][] all = new float[tokens.length][model.vocabularySize()];
            try {
                run(newStop(GenerationOptions.defaults()),
                        position -> position >= first ? all[position - first] : null);
            } catch (Throwable t) {
                rollBack(first);
                throw translate(t);
            }
            System.arraycopy(all[tokens.length - 1], 0, logits.begin(), 0, model.vocabularySize());
            logits.complete(history.size());
            return all;
        });
    }

    @Override
    public void rewind(int position) {
        guarded(() -> {
            if (position < 0 || position > history.size()) {
                throw new IllegalArgumentException(
                        "position: expected 0 to " + history.size() + ", found " + position);
            }
            if (position < history.size()) {
                forget(position);
            }
            return null;
        });
    }

    @Override
    public GenerationResult generate(String prompt, GenerationOptions options, Consumer<GeneratedToken> listener) {
        return new Generation(this, () -> encode(prompt), options).run(listener);
    }

    @Override
    public GenerationResult generate(int[] prompt, GenerationOptions options, Consumer<GeneratedToken> listener) {
        int[] copy = prompt.clone();
        return new Generation(this, () -> copy, options).run(listener);
    }

    @Override
    public TokenStream stream(String prompt, GenerationOptions options) {
        return new PulledGeneration(new Generation(this, () -> encode(prompt), options), guard);
    }

    @Override
    public TokenStream stream(int[] prompt, GenerationOptions options) {
        int[] copy = prompt.clone();
        return new PulledGeneration(new Generation(this, () -> copy, options), guard);
    }

    private int[] encode(String prompt) {
        return model.tokenizer().encode(prompt, history.size() == 0, false);
    }

    UseGuard guard() {
        return guard;
    }

    RailheadModel railheadModel() {
        return model;
    }

    /// Number of tokens, computed or not. For a generation that is inside the guard.
    int size() {
        return history.size();
    }

    /// Number of tokens that the application fed or a generation gave. For a generation that is inside the guard.
    int fedSize() {
        return withSource(history.size());
    }

    /// How many of [#fedSize()] are computed.
    int computedSize() {
        return withSource(computed);
    }

    /// The source text counts in place of the token that the decoder begins with.
    private int withSource(int tokens) {
        return source == null || tokens == 0 ? tokens : tokens - 1 + source.length();
    }

    /// Appends tokens to the history. If it is empty and the model reads a source text, they are that, and the history begins
    /// with the decoder's first token.
    ///
    /// @throws IllegalArgumentException if a token id is not in the vocabulary
    /// @throws ContextOverflowException if they don't fit
    void append(int[] tokens) {
        for (int token : tokens) {
            if (token < 0 || token >= model.vocabularySize()) {
                throw new IllegalArgumentException(
                        "token: expected an id from 0 to " + (model.vocabularySize() - 1) + ", found " + token);
            }
        }
        if (tokens.length > model.contextLength() - history.size()) {
            throw new ContextOverflowException("context: expected at most " + model.contextLength() + " tokens, found "
                    + history.size() + " in the session and " + tokens.length
                    + " more; rewind, shorten the prompt or load the model with a larger context length");
        }
        if (source != null && history.size() == 0) {
            source.set(tokens);
            history.add(model.decoderStart());
            return;
        }
        for (int token : tokens) {
            history.add(token);
        }
    }

    /// Computes what is not computed yet, and the logits after the last token, of which there is one at least.
    ///
    /// @throws StepCancelledException if stopped on the way
    float[] computeLogits(StopCondition stop) {
        if (!hasLogits() && !logits.restore(history.size())) {
            int last = history.size() - 1;
            recomputeFrom(last); // after a rewind
            run(stop, position -> position == last ? logits.begin() : null);
            logits.complete(history.size());
        }
        return logits.values();
    }

    /// Where the logits after a position go, or null.
    private interface Destination {
        float @Nullable [] of(int position);
    }

    private void run(StopCondition stop, Destination destination) {
        if (source != null) {
            source.read(stop, memory.sequence());
        }
        KvSequence sequence = memory.sequence();
        while (sequence.length() < history.size()) {
            int start = sequence.length();
            int end = Math.min(history.size(), start + model.prefillChunk());
            if (isWorthKeeping(start, end)) {
                sequence.keep();
            }
            sequence.reserve(end);
            model.run(stop, step -> {
                for (int position = start; position < end; position++) {
                    step.add(sequence, position, history.get(position), destination.of(position));
                }
            });
            computed = Math.max(computed, end);
        }
    }

    /// Whether to copy the states before a step: to return to the call's beginning, and on the way there, so that what is
    /// computed once more is not lost if that is cancelled. If the call began with an empty session, nothing needs to be kept of
    /// that, and the copies go along with the prompt.
    private boolean isWorthKeeping(int start, int end) {
        return start <= begun || begun == 0 && end - start > 1;
    }

    /// Returns to the last token that was computed, but not behind `size`: tokens from before a call outlive its failure,
    /// computed or not.
    void rollBack(int size) {
        forget(Math.max(computed, size));
    }

    private void forget(int size) {
        history.truncate(size);
        if (source != null && size == 0) {
            source.forget();
        }
        recomputeFrom(size);
        logits.truncate(size);
    }

    /// Sees to it that the next step computes the tokens from a position on, if not from an earlier one.
    private void recomputeFrom(int position) {
        computed = Math.min(computed, position);
        memory.sequence().truncate(Math.min(memory.sequence().length(), position));
    }

    private <T extends @Nullable Object> T guarded(java.util.function.Supplier<T> call) {
        guard.begin(call);
        try {
            return call.get();
        } finally {
            guard.end();
        }
    }

    @Override
    public void close() {
        guard.startClosing();
        model.awaitIdle(List.of(guard));
    }
}
