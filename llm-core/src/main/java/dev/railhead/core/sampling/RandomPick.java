package dev.railhead.core.sampling;

import dev.railhead.Candidates;
import dev.railhead.Sampler;

/// [Sampler#random(long)].
///
/// The generator is SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014), one
/// step per pick, written out here so that a seed gives the same picks on every JDK. Used by one thread.
final class RandomPick implements Sampler {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final long seed;
    private long state;

    RandomPick(long seed) {
        this.seed = seed;
        state = seed;
    }

    @Override
    public Sampler fresh() {
        return new RandomPick(seed);
    }

    @Override
    public void apply(Candidates candidates) {
        double total = 0; // 1 but for rounding
        for (int i = 0; i < candidates.size(); i++) {
            total += candidates.probability(i);
        }
        double target = nextUnit() * total;
        double sum = 0;
        int picked = 0;
        for (int i = 0; i < candidates.size() && sum <= target; i++) {
            float probability = candidates.probability(i);
            if (probability > 0) { // an impossible token is never picked, not even by rounding
                picked = i;
                sum += probability;
            }
        }
        candidates.pick(picked);
    }

    /// The next number of the sequence, uniform in [0, 1) in steps of 2^−53.
    double nextUnit() {
        state += GOLDEN_GAMMA;
        long z = state;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 11) * 0x1p-53;
    }
}
