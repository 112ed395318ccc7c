package dev.railhead.core.model;

import dev.railhead.core.kv.HiddenStates;
import dev.railhead.core.kv.Step;

/// The way every encoder goes: texts in, hidden states out.
///
/// @param stack from the embedding to the last norm
record EncoderGraph(EncoderStack stack) implements Graph {
    @Override
    public void forward(Step step) {
        HiddenStates receiver = step.hiddenStates();
        if (receiver == null) {
            throw new IllegalArgumentException("step: expected a receiver of hidden states; an encoder has no logits");
        }
        stack.forward(step, (x, part) -> receiver.accept(x, part.rows()));
    }
}
