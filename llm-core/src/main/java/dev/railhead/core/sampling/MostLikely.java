package dev.railhead.core.sampling;

import dev.railhead.Candidates;

/// Finds the most likely candidate.
final class MostLikely {
    private MostLikely() {}

    /// The index of the candidate with the largest logit; the lowest token id among equals.
    static int index(Candidates candidates) {
        int best = 0;
        float bestLogit = candidates.logit(0);
        for (int i = 1; i < candidates.size(); i++) {
            float logit = candidates.logit(i);
            if (logit > bestLogit || logit == bestLogit && candidates.token(i) < candidates.token(best)) {
                best = i;
                bestLogit = logit;
            }
        }
        return best;
    }
}
