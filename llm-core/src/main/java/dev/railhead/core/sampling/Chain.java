package dev.railhead.core.sampling;

import dev.railhead.Candidates;
import dev.railhead.Sampler;
import java.util.List;

/// [Sampler#chain(Sampler...)].
record Chain(List<Sampler> samplers) implements Sampler {
    Chain {
        samplers = List.copyOf(samplers);
    }

    @Override
    public void apply(Candidates candidates) {
        for (Sampler sampler : samplers) {
            sampler.apply(candidates);
        }
    }

    @Override
    public Sampler fresh() {
        return new Chain(samplers.stream().map(Sampler::fresh).toList());
    }
}
