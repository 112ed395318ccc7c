package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;

/// A temperature of attention that falls with the position: queries are multiplied by
/// `1 + scale · ln(⌊(position + offset) / floor⌋ + 1)` (Llama 4, Mistral 3).
///
/// @param scale strength
/// @param floor positions up to the first change
/// @param offset added to the position
record PositionScale(double scale, int floor, int offset) {
    /// @param q rows of queries, changed in place
    void apply(Activations q, Step step) {
        for (int row = 0; row < step.rows(); row++) {
            float factor = factor(step.position(row));
            int end = (row + 1) * q.columns;
            for (int i = row * q.columns; i < end; i++) {
                q.values[i] *= factor;
            }
        }
    }

    private float factor(int position) {
        long steps = ((long) position + offset) / floor;
        return (float) (1 + scale * StrictMath.log(steps + 1.0));
    }
}
