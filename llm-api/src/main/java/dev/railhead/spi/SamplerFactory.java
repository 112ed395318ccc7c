package dev.railhead.spi;

import dev.railhead.Sampler;
import java.util.List;

/// Makes the built-in samplers; the static methods of [Sampler] say what each does.
public interface SamplerFactory {
    /// As [Sampler#greedy()].
    Sampler greedy();

    /// As [Sampler#temperature(float)].
    Sampler temperature(float temperature);

    /// As [Sampler#topK(int)].
    Sampler topK(int k);

    /// As [Sampler#topP(float)].
    Sampler topP(float p);

    /// As [Sampler#minP(float)].
    Sampler minP(float p);

    /// As [Sampler#random(long)].
    Sampler random(long seed);

    /// As [Sampler#chain(Sampler...)].
    Sampler chain(List<Sampler> samplers);
}
