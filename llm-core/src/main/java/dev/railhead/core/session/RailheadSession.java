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
import dev.railhead.core.kv.StepCancelledException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A session: the token history and how much of it is in the KV cache.
///
/// The history may be one token ahead of the cache: a generated token is computed only when what follows it is wanted.
final class RailheadSession implements Session, AllLogits {
    private final RailheadModel model;
    private final SessionMemory memory;
    private final UseGuard guard;
    private final TokenHistory history = new TokenHistory();
    private final float[] logits; // after the last token of the history, if hasLogits
    private boolean hasLogits;
    private int computed; // positions in the KV cache

    RailheadSession(RailheadModel model, SessionMemory memory) {
        this.model = model;
        this.memory = memory;
        guard = new UseGuard("the session", memory::giveBack);
        logits = new float[model.vocabularySize()];
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
        var stop = new StopCondition(guard, null, StopCondition.NEVER);
        append(tokens);
        try {
            computeLogits(stop);
        } catch (Throwable t) {
            rollBack();
            throw translate(t);
        }
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
        if (!hasLogits) {
            throw new IllegalStateException("logits: expected tokens fed since the session was opened or rewound,"
                    + " found none; call prefill or decode first");
        }
        return logits;
    }

    @Override
    public float[][] allLogits(int... tokens) {
        return guarded(() -> {
            requireTokens(tokens);
            append(tokens);
            float[][] all = new float[tokens.length][model.vocabularySize()];
            int first = history.size() - tokens.length;
            try {
                run(new StopCondition(guard, null, StopCondition.NEVER),
                        position -> position >= first ? all[position - first] : null);
            } catch (Throwable t) {
                rollBack();
                throw translate(t);
            }
            System.arraycopy(all[tokens.length - 1], 0, logits, 0, logits.length);
            hasLogits = true;
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
        return new Generation(this, () -> encode(prompt), options).own();
    }

    @Override
    public TokenStream stream(int[] prompt, GenerationOptions options) {
        int[] copy = prompt.clone();
        return new Generation(this, () -> copy, options).own();
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

    /// Whether logits can be had, of the last token.
    boolean canContinue() {
        return hasLogits || computed < history.size();
    }

    /// Appends tokens to the history.
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
        for (int token : tokens) {
            history.add(token);
        }
        hasLogits &= tokens.length == 0;
    }

    /// Computes what is not in the cache yet, and the logits after the last token.
    ///
    /// @throws StepCancelledException if stopped on the way
    float[] computeLogits(BooleanSupplier stop) {
        if (computed < history.size()) {
            hasLogits = false;
            int last = history.size() - 1;
            run(stop, position -> position == last ? logits : null);
            hasLogits = true;
        }
        return logits;
    }

    /// Where the logits after a position go, or null.
    private interface Destination {
        float @org.jspecify.annotations.Nullable [] of(int position);
    }

    private void run(BooleanSupplier stop, Destination destination) {
        while (computed < history.size()) {
            int end = Math.min(history.size(), computed + model.prefillChunk());
            int start = computed;
            memory.sequence().reserve(end);
            model.run(stop, step -> {
                for (int position = start; position < end; position++) {
                    step.add(memory.sequence(), position, history.get(position), destination.of(position));
                }
            });
            computed = end;
        }
    }

    /// Returns to the last token that is in the cache.
    void rollBack() {
        forget(computed);
    }

    private void forget(int size) {
        history.truncate(size);
        computed = Math.min(computed, size);
        memory.sequence().truncate(computed);
        hasLogits = false;
    }

    private <T extends @org.jspecify.annotations.Nullable Object> T guarded(java.util.function.Supplier<T> call) {
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
        model.awaitIdle(List.of(this));
    }
}
