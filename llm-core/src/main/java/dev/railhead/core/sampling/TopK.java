package dev.railhead.core.sampling;

import dev.railhead.Candidates;
import dev.railhead.Sampler;

/// [Sampler#topK(int)].
record TopK(int k) implements Sampler {
    TopK {
        Checks.argument(k >= 0, "topK", "0 or more", k);
    }

    @Override
    public void apply(Candidates candidates) {
        if (k > 0) {
            candidates.keepTop(k);
        }
    }
}
