package dev.railhead.core.sampling;

import dev.railhead.Sampler;
import dev.railhead.spi.SamplerFactory;
import java.util.List;

/// The built-in samplers. Stateless.
public final class Samplers implements SamplerFactory {
    @Override
    public Sampler greedy() {
        return new Greedy();
    }

    @Override
    public Sampler temperature(float temperature) {
        return new Temperature(temperature);
    }

    @Override
    public Sampler topK(int k) {
        return new TopK(k);
    }

    @Override
    public Sampler topP(float p) {
        return new TopP(p);
    }

    @Override
    public Sampler minP(float p) {
        return new MinP(p);
    }

    @Override
    public Sampler random(long seed) {
        return new RandomPick(seed);
    }

    @Override
    public Sampler chain(List<Sampler> samplers) {
        return new Chain(samplers);
    }
}
