/// Choosing the next token: one file per sampler, the candidates they work on, and the log-probabilities that are
/// reported. Parameters, order and edge cases are those of llama.cpp.
@NullMarked
package dev.railhead.core.sampling;

import org.jspecify.annotations.NullMarked;
