package dev.railhead.core.session;

import dev.railhead.FinishReason;
import dev.railhead.GeneratedToken;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.Sampler;
import dev.railhead.TokenDecoder;
import dev.railhead.TokenProbability;
import dev.railhead.TokenStream;
import dev.railhead.core.kv.StepCancelledException;
import dev.railhead.core.sampling.CandidateList;
import dev.railhead.core.sampling.SamplerChains;
import dev.railhead.core.text.StopStrings;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One generation: prompt in, then token by token: sample, decode to text, look for an end, feed back.
final class Generation implements TokenStream {
    private final RailheadSession session;
    private final Supplier<int[]> prompt;
    private final GenerationOptions options;
    private final Sampler sampler;
    private final CandidateList candidates;
    private final TokenDecoder decoder;
    private final StopStrings stopStrings;
    private final StopCondition stop;
    private final GenerationClock clock = new GenerationClock();
    private final TokenHistory tokens = new TokenHistory();
    private final StringBuilder text = new StringBuilder();
    private int promptTokens;
    private boolean started;
    private @Nullable FinishReason finishReason;
    private @Nullable GeneratedToken ahead; // computed by hasNext, not taken yet
    private @Nullable GenerationResult result;
    private boolean failed;

    Generation(RailheadSession session, Supplier<int[]> prompt, GenerationOptions options) {
        this.session = session;
        this.prompt = prompt;
        this.options = options;
        RailheadModel model = session.railheadModel();
        sampler = SamplerChains.of(options, model.samplingDefaults());
        candidates = new CandidateList(model.vocabularySize());
        decoder = model.tokenizer().newDecoder();
        stopStrings = new StopStrings(options.stopStrings());
        stop = new StopCondition(session.guard(), options.cancellation().orElse(null),
                options.timeout().map(GenerationClock::nanos).orElse(StopCondition.NEVER));
    }

    /// Generates to the end on the calling thread, with the session held all the time.
    GenerationResult run(Consumer<GeneratedToken> listener) {
        session.guard().begin(this);
        try {
            for (GeneratedToken token = advance(); token != null; token = advance()) {
                listener.accept(token);
            }
            return java.util.Objects.requireNonNull(result);
        } catch (Throwable t) {
            rollBack();
            throw t;
        } finally {
            session.guard().end();
        }
    }

    /// Takes back what this generation appended and did not compute; a prompt that was refused changed nothing.
    private void rollBack() {
        if (started) {
            session.rollBack();
        }
    }

    /// Reserves the session for this stream.
    TokenStream own() {
        session.guard().begin(this);
        try {
            session.guard().own(this);
        } finally {
            session.guard().end();
        }
        return this;
    }

    @Override
    public boolean hasNext() {
        if (ahead != null) {
            return true;
        }
        if (result != null || failed) {
            return false;
        }
        session.guard().begin(this);
        try {
            ahead = advance();
        } catch (Throwable t) {
            failed = true;
            rollBack();
            throw t;
        } finally {
            if (result != null || failed) {
                session.guard().disown(this);
            }
            session.guard().end();
        }
        return ahead != null;
    }

    @Override
    public GeneratedToken next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the generation has ended");
        }
        GeneratedToken token = java.util.Objects.requireNonNull(ahead);
        ahead = null;
        return token;
    }

    @Override
    public Optional<GenerationResult> result() {
        return ahead == null ? Optional.ofNullable(result) : Optional.empty();
    }

    @Override
    public void close() {
        stop.cancel();
        if (session.guard().isRunningElsewhere()) {
            return; // that thread sees the cancellation and ends the stream
        }
        if (result == null && !failed) {
            text.append(heldBack());
            result = makeResult(FinishReason.CANCELLED);
        }
        ahead = null;
        session.guard().disown(this);
    }

    /// The next token, or null at the end, when [#result] is set.
    private @Nullable GeneratedToken advance() {
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
                session.rollBack();
                FinishReason reason = stop.reason();
                finishReason = reason == null ? FinishReason.CANCELLED : reason;
            }
        }
        String rest = heldBack();
        text.append(rest);
        result = makeResult(java.util.Objects.requireNonNull(finishReason));
        return rest.isEmpty() ? null : new GeneratedToken(-1, rest, tokens.size(), List.of());
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
        if (fed.length == 0 && !session.canContinue()) {
            throw new IllegalArgumentException("prompt: expected at least one token, found an empty prompt on a session"
                    + " without tokens");
        }
        session.append(fed);
        started = true;
        promptTokens = fed.length;
        clock.startPrefill(fed.length);
        session.computeLogits(stop);
        clock.endPrefill();
    }

    private int sample(float[] logits) {
        candidates.reset(logits);
        sampler.apply(candidates);
        return candidates.picked();
    }

    /// Text that waited for more: bytes of an unfinished character, the beginning of a stop string.
    private String heldBack() {
        return stopStrings.isMatched() ? "" : stopStrings.add(decoder.finish()) + stopStrings.finish();
    }

    private GenerationResult makeResult(FinishReason reason) {
        return new GenerationResult(text.toString(), tokens.toArray(), reason, promptTokens, clock.timings());
    }
}
