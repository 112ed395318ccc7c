package dev.railhead.core.sampling;

import dev.railhead.Candidates;
import dev.railhead.Sampler;

/// [Sampler#minP(float)].
record MinP(float p) implements Sampler {
    MinP {
        Checks.argument(p >= 0 && p <= 1, "minP", "0 to 1", p);
    }

    @Override
    public void apply(Candidates candidates) {
        if (p == 0) {
            return;
        }
        // P(i) ≥ p · P(best) in logits, without a softmax
        double least = candidates.logit(MostLikely.index(candidates)) + StrictMath.log(p);
        candidates.retain(i -> candidates.logit(i) >= least);
    }
}
