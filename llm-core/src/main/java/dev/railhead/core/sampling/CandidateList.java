package dev.railhead.core.sampling;

import dev.railhead.Candidates;
import dev.railhead.NumericException;
import java.util.function.IntPredicate;

/// Candidates in arrays of the vocabulary's size, reused from token to token without allocation. Used by one thread.
///
/// **Numbers.** NaN and positive infinity never get in: [#reset] and [#setLogit] refuse them. A list whose logits are
/// all negative infinity has no token to pick; [#reset], [#probability], [#pick] and [#picked] then throw
/// [NumericException].
///
/// **Probabilities** are computed in double precision in the order of the candidates with StrictMath, so they are the
/// same on every machine, and are kept until the candidates change.
public final class CandidateList implements Candidates {
    private static final int NONE = -1;

    private final int[] tokens;
    private final float[] logits;
    private final double[] weights; // exp(logit − largest logit), valid if weightSum > 0
    private final boolean[] kept;
    private final BestTokens selection = new BestTokens();

    private double weightSum;
    private int size;
    private boolean sorted;
    private int picked = NONE;

    /// @param vocabularySize number of logits per token, at least 1
    public CandidateList(int vocabularySize) {
        Checks.argument(vocabularySize >= 1, "vocabularySize", "1 or more", vocabularySize);
        tokens = new int[vocabularySize];
        logits = new float[vocabularySize];
        weights = new double[vocabularySize];
        kept = new boolean[vocabularySize];
    }

    /// Makes every token of the vocabulary a candidate again, nothing picked.
    ///
    /// @param newLogits `float[vocabulary size]`, copied
    /// @throws NumericException if a logit is NaN or positive infinity, or all are negative infinity
    public void reset(float[] newLogits) {
        Checks.argument(newLogits.length == logits.length, "logits", logits.length + " (the vocabulary's size)",
                newLogits.length);
        Checks.largest(newLogits);
        System.arraycopy(newLogits, 0, logits, 0, logits.length);
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = i;
        }
        size = tokens.length;
        sorted = size == 1;
        picked = NONE;
        weightSum = 0;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int token(int index) {
        return tokens[checked(index)];
    }

    @Override
    public float logit(int index) {
        return logits[checked(index)];
    }

    @Override
    public void setLogit(int index, float logit) {
        checked(index);
        Checks.argument(logit < Float.POSITIVE_INFINITY, "logit", "a finite number or -Infinity", logit);
        logits[index] = logit;
        sorted = size == 1;
        weightSum = 0;
    }

    @Override
    public void sort() {
        keepTop(Math.max(1, size));
    }

    @Override
    public void keepTop(int count) {
        Checks.argument(count >= 1, "candidates to keep", "1 or more", count);
        if (!sorted) {
            select(Math.min(count, size));
        } else if (count < size) {
            size = count;
            weightSum = 0;
        }
    }

    private void select(int count) {
        if (count == 0) {
            return;
        }
        selection.start(count, size);
        for (int i = 0; i < size; i++) {
            selection.offer(tokens[i], logits[i]);
        }
        size = selection.finish();
        for (int i = 0; i < size; i++) {
            tokens[i] = selection.token(i);
            logits[i] = selection.logit(i);
        }
        sorted = true;
        weightSum = 0;
    }

    /// {@inheritDoc}
    ///
    /// The predicate gets each index once, in order, and sees the candidates as they were before the call.
    @Override
    public void retain(IntPredicate keep) {
        if (size == 0) {
            return;
        }
        for (int i = 0; i < size; i++) {
            kept[i] = keep.test(i);
        }
        kept[MostLikely.index(this)] = true;
        int to = 0;
        for (int from = 0; from < size; from++) {
            if (kept[from]) {
                tokens[to] = tokens[from];
                logits[to++] = logits[from];
            }
        }
        if (to < size) {
            size = to;
            weightSum = 0;
        }
    }

    @Override
    public float probability(int index) {
        checked(index);
        if (weightSum == 0) {
            softmax();
        }
        return (float) (weights[index] / weightSum);
    }

    private void softmax() {
        float largest = logits[MostLikely.index(this)];
        if (largest == Float.NEGATIVE_INFINITY) {
            throw new NumericException("logits of the " + size
                    + " candidates: expected at least one finite number, found only -Infinity;"
                    + " a sampler excluded every token");
        }
        double sum = 0;
        for (int i = 0; i < size; i++) {
            weights[i] = StrictMath.exp((double) logits[i] - largest);
            sum += weights[i];
        }
        weightSum = sum; // at least 1, the weight of the largest
    }

    /// {@inheritDoc}
    ///
    /// The first pick counts; later ones are checked and ignored.
    ///
    /// @throws NumericException if the candidate's logit is negative infinity
    @Override
    public void pick(int index) {
        if (logits[checked(index)] == Float.NEGATIVE_INFINITY) {
            throw new NumericException("pick of token " + tokens[index]
                    + ": expected a finite logit, found -Infinity; a sampler excluded it");
        }
        if (picked == NONE) {
            picked = tokens[index];
        }
    }

    @Override
    public boolean isPicked() {
        return picked != NONE;
    }

    /// The token id that was picked; the most likely candidate if no sampler picked one.
    ///
    /// @throws NumericException if every candidate's logit is negative infinity
    public int picked() {
        if (picked == NONE) {
            pick(MostLikely.index(this));
        }
        return picked;
    }

    private int checked(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("candidate: expected 0 to " + (size - 1) + ", found " + index);
        }
        return index;
    }
}
