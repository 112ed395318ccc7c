package dev.railhead.core.sampling;

import dev.railhead.Candidates;
import dev.railhead.Sampler;

/// [Sampler#greedy()].
record Greedy() implements Sampler {
    @Override
    public void apply(Candidates candidates) {
        candidates.pick(MostLikely.index(candidates));
    }
}
