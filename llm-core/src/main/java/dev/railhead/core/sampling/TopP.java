package dev.railhead.core.sampling;

import dev.railhead.Candidates;
import dev.railhead.Sampler;

/// [Sampler#topP(float)].
///
/// Candidates less likely than (1 − p) / size have less than 1 − p together, so the others reach p without them. They
/// are dropped before sorting, which spares the sort of most of a large vocabulary.
record TopP(float p) implements Sampler {
    TopP {
        Checks.argument(p >= 0 && p <= 1, "topP", "0 to 1", p);
    }

    @Override
    public void apply(Candidates candidates) {
        if (p == 1) {
            return;
        }
        double least = (1.0 - p) / candidates.size();
        double mass = 0;
        for (int i = 0; i < candidates.size(); i++) {
            float probability = candidates.probability(i);
            mass += probability >= least ? probability : 0;
        }
        candidates.retain(i -> candidates.probability(i) >= least);
        candidates.sort();

        double enough = p / mass; // the probabilities of those left now sum to 1 instead of mass
        double sum = 0;
        int count = 0;
        do {
            sum += candidates.probability(count++);
        } while (sum < enough && count < candidates.size());
        candidates.keepTop(count);
    }
}
