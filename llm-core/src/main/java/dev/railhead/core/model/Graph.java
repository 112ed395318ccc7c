package dev.railhead.core.model;

import dev.railhead.core.kv.Step;

/// A loaded model: weights of a family and the way through them. Holds working memory, so one step at a time.
public interface Graph {
    /// Computes the keys and values of all rows of a step, and then their hidden states if the step wants them, else logits for
    /// the rows that want them.
    ///
    /// @throws dev.railhead.core.kv.StepCancelledException if the step was cancelled on the way
    /// @throws dev.railhead.NumericException if a hidden state or a logit is not finite
    void forward(Step step);
}
