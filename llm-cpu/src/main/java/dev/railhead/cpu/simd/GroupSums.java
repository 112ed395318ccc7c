package dev.railhead.cpu.simd;

import static dev.railhead.cpu.simd.Width.FLOATS;

import jdk.incubator.vector.FloatVector;

/// The end of a group: one fma for the scale, one for the minimum.
public final class GroupSums {
    private GroupSums() {}

    /// `fma(scale · d, sum, acc)`, then `fma(min, negated, …)` if there are minimums.
    ///
    /// @param sum the exact sum of the group's products
    /// @param d scale of the activations, in all lanes
    /// @param negated −(d · sum of the activations)
    public static FloatVector add(FloatVector acc, FloatVector sum, FloatVector d, float[] scales, float[] mins,
            boolean hasMins, FloatVector negated, int at) {
        FloatVector scaled = FloatVector.fromArray(FLOATS, scales, at).mul(d).fma(sum, acc);
        return hasMins ? FloatVector.fromArray(FLOATS, mins, at).fma(negated, scaled) : scaled;
    }
}
