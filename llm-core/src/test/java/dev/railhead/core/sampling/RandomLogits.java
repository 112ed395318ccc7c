package dev.railhead.core.sampling;

import java.util.Random;
import java.util.stream.IntStream;

/// Logits for tests, with ties and excluded tokens among them.
final class RandomLogits {
    private RandomLogits() {}

    /// Bell-shaped like a model's, a tenth rounded so that ties occur, a twentieth negative infinity; the first finite.
    static float[] of(int size, long seed) {
        Random random = new Random(seed);
        float[] logits = new float[size];
        for (int i = 0; i < size; i++) {
            float logit = (float) (random.nextGaussian() * 4);
            int kind = random.nextInt(20);
            logits[i] = kind < 2 ? Math.round(logit) : kind == 2 && i > 0 ? Float.NEGATIVE_INFINITY : logit;
        }
        return logits;
    }

    /// Token ids by logit, largest first, lower id first among equals: the obvious way.
    static int[] ranking(float[] logits) {
        return IntStream.range(0, logits.length).boxed()
                .sorted((a, b) -> logits[a] == logits[b] ? Integer.compare(a, b) : logits[a] > logits[b] ? -1 : 1)
                .mapToInt(Integer::intValue).toArray();
    }

    static CandidateList candidates(float... logits) {
        CandidateList candidates = new CandidateList(logits.length);
        candidates.reset(logits);
        return candidates;
    }

    static int[] tokens(CandidateList candidates) {
        return IntStream.range(0, candidates.size()).map(candidates::token).toArray();
    }
}
