package dev.railhead;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// How to generate. Immutable; [#builder()] makes one. What is left open takes the model's
/// [defaults][Model#samplingDefaults()].
public final class GenerationOptions {
    /// Tokens to generate at most, unless told otherwise: until the context is full.
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final GenerationOptions DEFAULTS = new Builder().build();

    private final int maxTokens;
    private final OptionalDouble temperature;
    private final OptionalInt topK;
    private final OptionalDouble topP;
    private final OptionalDouble minP;
    private final OptionalLong seed;
    private final @Nullable Sampler sampler;
    private final List<String> stopStrings;
    private final int topLogprobs;
    private final @Nullable Cancellation cancellation;
    private final @Nullable Duration timeout;
    private final @Nullable Duration firstTokenTimeout;
    private final @Nullable Duration queueTimeout;

    private GenerationOptions(Builder b) {
        maxTokens = b.maxTokens;
        temperature = b.temperature;
        topK = b.topK;
        topP = b.topP;
        minP = b.minP;
        seed = b.seed;
        sampler = b.sampler;
        stopStrings = b.stopStrings;
        topLogprobs = b.topLogprobs;
        cancellation = b.cancellation;
        timeout = b.timeout;
        firstTokenTimeout = b.firstTokenTimeout;
        queueTimeout = b.queueTimeout;
    }

    /// The model's own sampling defaults, a random seed, until the model ends or the context is full.
    public static GenerationOptions defaults() {
        return DEFAULTS;
    }

    /// Always the most likely token.
    public static GenerationOptions greedy() {
        return builder().temperature(0).build();
    }

    /// A builder with everything left open.
    public static Builder builder() {
        return new Builder();
    }

    /// A builder that starts from these options.
    public Builder toBuilder() {
        Builder b = new Builder();
        b.maxTokens = maxTokens;
        b.temperature = temperature;
        b.topK = topK;
        b.topP = topP;
        b.minP = minP;
        b.seed = seed;
        b.sampler = sampler;
        b.stopStrings = stopStrings;
        b.topLogprobs = topLogprobs;
        b.cancellation = cancellation;
        b.timeout = timeout;
        b.firstTokenTimeout = firstTokenTimeout;
        b.queueTimeout = queueTimeout;
        return b;
    }

    /// Tokens to generate at most.
    public int maxTokens() {
        return maxTokens;
    }

    /// Divides the logits; 0 means greedy.
    public OptionalDouble temperature() {
        return temperature;
    }

    /// Most likely tokens to keep; 0 means all.
    public OptionalInt topK() {
        return topK;
    }

    /// Probability mass to keep.
    public OptionalDouble topP() {
        return topP;
    }

    /// Smallest probability to keep, relative to the best.
    public OptionalDouble minP() {
        return minP;
    }

    /// Seed of the random choice; empty means another one each time.
    public OptionalLong seed() {
        return seed;
    }

    /// The application's own sampler, used instead of temperature, top-k, top-p, min-p and seed.
    public Optional<Sampler> sampler() {
        return Optional.ofNullable(sampler);
    }

    /// Texts that end the generation.
    public List<String> stopStrings() {
        return stopStrings;
    }

    /// Number of alternatives to report with each token.
    public int topLogprobs() {
        return topLogprobs;
    }

    /// Ends the generation from outside.
    public Optional<Cancellation> cancellation() {
        return Optional.ofNullable(cancellation);
    }

    /// Ends the generation after this time.
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /// Ends the generation when there is no token after this time.
    public Optional<Duration> firstTokenTimeout() {
        return Optional.ofNullable(firstTokenTimeout);
    }

    /// Ends the generation when the model was busy with other sessions for this time.
    public Optional<Duration> queueTimeout() {
        return Optional.ofNullable(queueTimeout);
    }

    /// Makes [GenerationOptions]. Each setter checks its range and throws [IllegalArgumentException].
    public static final class Builder {
        private int maxTokens = UNLIMITED;
        private OptionalDouble temperature = OptionalDouble.empty();
        private OptionalInt topK = OptionalInt.empty();
        private OptionalDouble topP = OptionalDouble.empty();
        private OptionalDouble minP = OptionalDouble.empty();
        private OptionalLong seed = OptionalLong.empty();
        private @Nullable Sampler sampler;
        private List<String> stopStrings = List.of();
        private int topLogprobs;
        private @Nullable Cancellation cancellation;
        private @Nullable Duration timeout;
        private @Nullable Duration firstTokenTimeout;
        private @Nullable Duration queueTimeout;

        private Builder() {}

        /// Tokens to generate at most, 0 or more. With 0 the prompt is fed and nothing generated.
        public Builder maxTokens(int tokens) {
            check(tokens >= 0, "maxTokens", "0 or more", tokens);
            maxTokens = tokens;
            return this;
        }

        /// Divides the logits; 0 means greedy.
        public Builder temperature(double value) {
            check(value >= 0 && value <= Float.MAX_VALUE, "temperature", "0 or more", value);
            temperature = OptionalDouble.of(value);
            return this;
        }

        /// Most likely tokens to keep; 0 means all.
        public Builder topK(int k) {
            check(k >= 0, "topK", "0 or more", k);
            topK = OptionalInt.of(k);
            return this;
        }

        /// Probability mass to keep, 0 to 1; 1 means all.
        public Builder topP(double p) {
            check(p >= 0 && p <= 1, "topP", "0 to 1", p);
            topP = OptionalDouble.of(p);
            return this;
        }

        /// Smallest probability to keep, relative to the best, 0 to 1; 0 means all.
        public Builder minP(double p) {
            check(p >= 0 && p <= 1, "minP", "0 to 1", p);
            minP = OptionalDouble.of(p);
            return this;
        }

        /// Seed of the random choice. The same model, prompt, options and seed give the same tokens.
        public Builder seed(long value) {
            seed = OptionalLong.of(value);
            return this;
        }

        /// The application's own sampler, instead of temperature, top-k, top-p, min-p and seed.
        public Builder sampler(Sampler value) {
            sampler = java.util.Objects.requireNonNull(value, "sampler");
            return this;
        }

        /// Texts that end the generation, none of them empty. A generation refuses, with [IllegalArgumentException], half
        /// a surrogate pair, and more than 4,194,304 chars together.
        public Builder stopStrings(String... texts) {
            check(Arrays.stream(texts).noneMatch(String::isEmpty), "stopStrings", "no empty string", "one");
            stopStrings = List.of(texts);
            return this;
        }

        /// Number of alternatives to report with each token, 0 or more.
        public Builder topLogprobs(int count) {
            check(count >= 0, "topLogprobs", "0 or more", count);
            topLogprobs = count;
            return this;
        }

        /// Ends the generation from outside.
        public Builder cancellation(Cancellation value) {
            cancellation = java.util.Objects.requireNonNull(value, "cancellation");
            return this;
        }

        /// Ends the generation after this time, which is positive. It begins with the call of
        /// [Session#generate(String, GenerationOptions)] or [Session#stream(String, GenerationOptions)], and is looked at
        /// where cancellation is: while waiting for the model, between layers and between tokens. The generation
        /// returns what it has, with [FinishReason#TIMEOUT]. If several deadlines pass, the earliest is the reason.
        public Builder timeout(Duration value) {
            timeout = positive("timeout", value);
            return this;
        }

        /// Ends the generation, with [FinishReason#FIRST_TOKEN_TIMEOUT], when this time has passed since the call and no
        /// token was generated yet: waiting for the model and reading the prompt took too long. Positive.
        public Builder firstTokenTimeout(Duration value) {
            firstTokenTimeout = positive("firstTokenTimeout", value);
            return this;
        }

        /// Ends the generation, with [FinishReason#QUEUE_TIMEOUT], when the model did not begin to work on it within
        /// this time because it was busy with other sessions. Nothing was computed then, and the session is as it was.
        /// Only the first turn counts: what was begun is not given up for the sake of others. Positive.
        public Builder queueTimeout(Duration value) {
            queueTimeout = positive("queueTimeout", value);
            return this;
        }

        /// The options.
        public GenerationOptions build() {
            return new GenerationOptions(this);
        }

        private static Duration positive(String what, Duration value) {
            check(value.isPositive(), what, "a positive duration", value);
            return value;
        }

        private static void check(boolean valid, String what, String expected, Object found) {
            if (!valid) {
                throw new IllegalArgumentException(what + ": expected " + expected + ", found " + found);
            }
        }
    }
}
