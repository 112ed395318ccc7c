package dev.railhead;

/// The tokens that can come next, with their logits. Samplers change it in place; it is reused from token to token and
/// must not be kept. Used by one thread.
public interface Candidates {
    /// Number of candidates left, at least 1.
    int size();

    /// The token id of candidate `index`.
    int token(int index);

    /// The logit of candidate `index`.
    float logit(int index);

    /// Sets the logit of candidate `index`; negative infinity makes it impossible.
    ///
    /// @throws IllegalArgumentException if NaN or positive infinity
    void setLogit(int index, float logit);

    /// Sorts by logit, largest first, lower token id first among equals. Does nothing when sorted already.
    void sort();

    /// Keeps only the `size` most likely candidates, sorted; at least 1.
    void keepTop(int size);

    /// Keeps the candidates for which `keep` is true; the most likely one always stays.
    void retain(java.util.function.IntPredicate keep);

    /// The probability of candidate `index`: the softmax of the logits as they are now.
    float probability(int index);

    /// Picks candidate `index`; samplers after this one are still applied but can't change the pick.
    void pick(int index);

    /// Whether a candidate was picked.
    boolean isPicked();
}
