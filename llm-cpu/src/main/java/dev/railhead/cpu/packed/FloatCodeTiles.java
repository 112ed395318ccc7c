package dev.railhead.cpu.packed;

import dev.railhead.cpu.simd.FloatTile;
import dev.railhead.cpu.simd.GroupSums;

/// Codes that were unpacked to floats by rows of quantized activations: products of integers add up exactly in f32, group by
/// group.
final class FloatCodeTiles {
    /// Bytes from one k of an unpacked chunk to the next; `float[length][PANEL]`.
    static final int PITCH = PackedMatrix.PANEL * Float.BYTES;

    private static final int PANEL = PackedMatrix.PANEL;
    private static final int BLOCK = CodeForm.BLOCK;
    private static final int SPAN = PanelScratch.TILE_PARTS * PanelScratch.MIN_GROUP;

    /// Where sums start.
    private static final float[] ZEROS = new float[FloatTile.ROWS];

    private FloatCodeTiles() {}

    /// As [CodeForm#multiply].
    static void multiply(PanelScratch chunk, int panelRows, int groupSize, boolean hasMins, ActivationTiles x,
            int start,
            int size, int columns, int from, int length, float[] acc) {
        for (int span = 0; span < length; span += SPAN) {
            int spanLength = Math.min(SPAN, length - span);
            int xAt = start * columns + (from + span) * size;
            for (int row = 0; row < panelRows; row += FloatTile.ROWS) {
                FloatTile.run(size, chunk.weights, chunk.offset + (long) span * PITCH + row * Float.BYTES, PITCH,
                        spanLength, groupSize, x.codes, xAt, size, ZEROS, 0, 0, chunk.sums, row, PANEL);
            }
            int k = from + span;
            GroupSums.add(size, spanLength / groupSize, PANEL, chunk.sums, chunk.scales, chunk.mins,
                    span / groupSize * PANEL, hasMins, x.scales, start * (columns / BLOCK) + k / BLOCK * size,
                    groupSize == BLOCK ? 0 : 1, x.negated(groupSize), 0, x.sums(groupSize),
                    start * (columns / groupSize) + k / groupSize * size, acc,
                    start * PANEL);
        }
    }
}
