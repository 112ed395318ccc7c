package dev.railhead.core.session;

import dev.railhead.FinishReason;
import dev.railhead.GeneratedToken;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.Sampler;
import dev.railhead.TokenDecoder;
import dev.railhead.TokenProbability;
import dev.railhead.core.kv.StepCancelledException;
import dev.railhead.core.sampling.CandidateList;
import dev.railhead.core.sampling.SamplerChains;
import dev.railhead.core.text.StopStrings;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One generation: prompt in, then token by token: sample, decode to text, look for an end, feed back. Used inside the
/// guard of its session.
final class Generation {
    private final RailheadSession session;
    private final Supplier<int[]> prompt;
    private final GenerationOptions options;
    private final Sampler sampler;
    private final CandidateList candidates;
    private final TokenDecoder decoder;
    private final StopStrings stopStrings;
    private final StopCondition stop;
    private final GenerationClock clock;
    private final TokenHistory tokens = new TokenHistory();
    private final StringBuilder text = new StringBuilder();
    private int before; // tokens of the session when this started
    private int promptTokens;
    private boolean started;
    private @Nullable FinishReason finishReason;
    private @Nullable GenerationResult result;

    Generation(RailheadSession session, Supplier<int[]> prompt, GenerationOptions options) {
        this.session = session;
        this.prompt = prompt;
        this.options = options;
        RailheadModel model = session.railheadModel();
        clock = new GenerationClock(model.nanoTime());
        stop = session.newStop(options);
        sampler = Objects.requireNonNull(SamplerChains.of(options, model.samplingDefaults()).fresh(),
                "sampler: expected a sampler from fresh(), found null");
        candidates = new CandidateList(model.vocabularySize());
        decoder = model.tokenizer().newDecoder();
        stopStrings = new StopStrings(options.stopStrings());
    }

    /// Generates to the end on the calling thread, with the session held all the time.
    GenerationResult run(Consumer<GeneratedToken> listener) {
        Objects.requireNonNull(listener, "listener");
        session.guard().begin(this);
        try {
            for (GeneratedToken token = advance(); token != null; token = advance()) {
                listener.accept(token);
            }
            return Objects.requireNonNull(result);
        } catch (Throwable t) {
            rollBack();
            throw t;
        } finally {
            session.guard().end();
        }
    }

    /// Takes back what this generation appended and did not compute; a prompt that was refused changed nothing.
    void rollBack() {
        if (started) {
            session.rollBack(before);
        }
    }

    /// Stops it from any thread, also while it runs.
    void cancel() {
        stop.cancel();
    }

    /// What it produced, once it has ended.
    @Nullable
    GenerationResult result() {
        return result;
    }

    /// The next token, or null at the end, when [#result()] is set.
    @Nullable
    GeneratedToken advance() {
        if (result != null) {
            return null;
        }
        if (finishReason == null) {
            try {
                GeneratedToken token = generate();
                if (token != null) {
                    return token;
                }
            } catch (StepCancelledException e) {
                session.rollBack(tokens.size() == 0 ? before : session.size()); // what was given out stays
                finishReason = Objects.requireNonNull(stop.reason());
            }
        }
        String rest = finish(Objects.requireNonNull(finishReason));
        return rest.isEmpty() ? null : new GeneratedToken(-1, rest, tokens.size(), List.of());
    }

    /// Ends the generation.
    ///
    /// @return text that waited for more: bytes of an unfinished character, the beginning of a stop string
    String finish(FinishReason reason) {
        String rest = stopStrings.isMatched() ? "" : stopStrings.add(decoder.finish()) + stopStrings.finish();
        text.append(rest);
        result = new GenerationResult(text.toString(), tokens.toArray(), reason, promptTokens, clock.timings());
        return rest;
    }

    /// Generates one token; null and a finish reason if there is none.
    private @Nullable GeneratedToken generate() {
        if (!started) {
            start();
        }
        finishReason = tokens.size() >= options.maxTokens() ? FinishReason.MAX_TOKENS : stop.reason();
        if (finishReason == null && session.size() >= session.railheadModel().contextLength()) {
            finishReason = FinishReason.CONTEXT_FULL;
        }
        if (finishReason != null) {
            return null;
        }
        float[] logits = session.computeLogits(stop);
        int token = sample(logits);
        if (session.railheadModel().tokenizer().isEndOfGeneration(token)) {
            finishReason = FinishReason.END_TOKEN;
            return null;
        }
        List<TokenProbability> alternatives = options.topLogprobs() == 0
                ? List.of()
                : session.railheadModel().mostLikely(logits, options.topLogprobs());
        session.append(new int[]{token});
        tokens.add(token);
        stop.deadlines().tokenCame();
        clock.token();
        String piece = stopStrings.add(decoder.add(token));
        text.append(piece);
        if (stopStrings.isMatched()) {
            finishReason = FinishReason.STOP_STRING;
        }
        return new GeneratedToken(token, piece, tokens.size() - 1, alternatives);
    }

    private void start() {
        int[] fed = prompt.get();
        if (fed.length == 0 && session.size() == 0) {
            throw new IllegalArgumentException("prompt: expected at least one token, found an empty prompt on a session"
                    + " without tokens");
        }
        before = session.begin();
        int fedBefore = session.fedSize();
        session.append(fed);
        started = true;
        clock.startPrefill();
        try {
            session.computeLogits(stop);
        } finally {
            promptTokens = Math.max(0, session.computedSize() - fedBefore);
            clock.endPrefill(promptTokens);
        }
    }

    private int sample(float[] logits) {
        candidates.reset(logits);
        session.railheadModel().suppressedTokens().apply(candidates);
        sampler.apply(candidates);
        return candidates.picked();
    }
}
