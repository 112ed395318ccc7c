package dev.railhead.core.sampling;

import dev.railhead.Candidates;
import dev.railhead.Sampler;

/// [Sampler#temperature(float)].
///
/// Where the quotient of the largest logit overflows, the logits are taken relative to the largest: the probabilities
/// are the same.
record Temperature(float temperature) implements Sampler {
    Temperature {
        Checks.argument(temperature >= 0 && temperature <= Float.MAX_VALUE, "temperature", "0 or more, finite",
                temperature);
    }

    @Override
    public void apply(Candidates candidates) {
        if (temperature == 0) {
            candidates.keepTop(1);
            return;
        }
        float largest = candidates.logit(MostLikely.index(candidates));
        if (temperature == 1 || largest == Float.NEGATIVE_INFINITY) {
            return;
        }
        float shift = Float.isFinite(largest / temperature) ? 0 : largest;
        for (int i = 0; i < candidates.size(); i++) {
            candidates.setLogit(i, (candidates.logit(i) - shift) / temperature);
        }
    }
}
