package dev.railhead;

import dev.railhead.spi.Engine;
import java.util.List;

/// A step of choosing the next token: drops, reweights or picks among the candidates.
///
/// Samplers are put together with [#chain(Sampler...)]; an application's own is a lambda:
/// `candidates -> candidates.setLogit(i, …)`. When a chain ends without a pick, the most likely candidate is taken.
///
/// **State.** The built-in ones are immutable except [#random(long)]. [#fresh()] is called once at the start of each
/// generation, and the generation uses what it returns, so one sampler object can serve many generations.
@FunctionalInterface
public interface Sampler {
    /// Changes the candidates. Not called when there is none.
    void apply(Candidates candidates);

    /// A sampler in its initial state for one generation. A sampler that keeps state returns a copy here.
    default Sampler fresh() {
        return this;
    }

    /// Picks the candidate with the largest logit; the lowest id among equals.
    static Sampler greedy() {
        return Engine.instance().samplers().greedy();
    }

    /// Divides the logits by `temperature`; 0 leaves only the most likely candidate.
    ///
    /// @throws IllegalArgumentException if negative or not finite
    static Sampler temperature(float temperature) {
        return Engine.instance().samplers().temperature(temperature);
    }

    /// Keeps the `k` most likely candidates; 0 keeps all.
    ///
    /// @throws IllegalArgumentException if negative
    static Sampler topK(int k) {
        return Engine.instance().samplers().topK(k);
    }

    /// Keeps the smallest set of most likely candidates whose probabilities sum to `p` or more; at least one. 1 keeps
    /// all. Holtzman et al., "The Curious Case of Neural Text Degeneration", 2019.
    ///
    /// @throws IllegalArgumentException if outside [0, 1]
    static Sampler topP(float p) {
        return Engine.instance().samplers().topP(p);
    }

    /// Keeps the candidates that are at least `p` times as likely as the best one; 0 keeps all. Nguyen et al., "Turning
    /// Up the Heat: Min-p Sampling", 2024.
    ///
    /// @throws IllegalArgumentException if outside [0, 1]
    static Sampler minP(float p) {
        return Engine.instance().samplers().minP(p);
    }

    /// Picks a candidate at random by its probability. The same seed gives the same picks.
    static Sampler random(long seed) {
        return Engine.instance().samplers().random(seed);
    }

    /// Applies samplers one after another.
    static Sampler chain(Sampler... samplers) {
        return Engine.instance().samplers().chain(List.of(samplers));
    }
}
