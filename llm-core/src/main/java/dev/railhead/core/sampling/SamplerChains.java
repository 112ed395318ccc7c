package dev.railhead.core.sampling;

import dev.railhead.GenerationOptions;
import dev.railhead.Sampler;
import dev.railhead.SamplingDefaults;
import java.util.List;
import java.util.SplittableRandom;

/// Turns [GenerationOptions] into the sampler of one generation.
public final class SamplerChains {
    private SamplerChains() {}

    /// The seed that the options give, else another one each time.
    public static long seed(GenerationOptions options) {
        return options.seed().orElseGet(() -> new SplittableRandom().nextLong());
    }

    /// As [#of(GenerationOptions, SamplingDefaults, long)] with [#seed(GenerationOptions)].
    public static Sampler of(GenerationOptions options, SamplingDefaults defaults) {
        return of(options, defaults, seed(options));
    }

    /// The application's own sampler if the options have one, greedy at temperature 0, else top-k, top-p, min-p,
    /// temperature and a random pick, in llama.cpp's order.
    ///
    /// @param defaults for what the options leave open
    /// @param seed seed of the random pick
    /// @return a sampler, of which [Sampler#fresh()] is to be used
    /// @throws IllegalArgumentException if a default is out of range
    public static Sampler of(GenerationOptions options, SamplingDefaults defaults, long seed) {
        if (options.sampler().isPresent()) {
            return options.sampler().get();
        }
        float temperature = (float) options.temperature().orElse(defaults.temperature());
        if (temperature == 0) {
            return new Greedy();
        }
        return new Chain(List.of(
                new TopK(options.topK().orElse(defaults.topK())),
                new TopP((float) options.topP().orElse(defaults.topP())),
                new MinP((float) options.minP().orElse(defaults.minP())),
                new Temperature(temperature),
                new RandomPick(seed)));
    }
}
