package dev.railhead.cpu.packed;

import dev.railhead.cpu.simd.ByteTile;
import dev.railhead.cpu.simd.GroupTile;

/// Codes that were unpacked to floats, or for few rows to bytes, by rows of quantized activations: products of integers add up
/// exactly in f32, group by group.
final class FloatCodeTiles {
    private static final int PANEL = PackedMatrix.PANEL;
    private static final int BLOCK = CodeForm.BLOCK;

    private FloatCodeTiles() {}

    /// As [CodeForm#multiply].
    static void multiply(PanelScratch chunk, int panelRows, int groupSize, boolean hasMins, ActivationTiles x,
            int start,
            int size, int columns, int from, int length, float[] acc) {
        int xAt = start * columns + from * size;
        int dAt = start * (columns / BLOCK) + from / BLOCK * size;
        int negatedAt = start * (columns / groupSize) + from / groupSize * size;
        long slice = chunk.offset;
        if (chunk.bytes) {
            for (int row = 0; row < panelRows; row += ByteTile.ROWS, slice += chunk.slicePitch) {
                ByteTile.run(size, chunk.weights, slice, chunk.pitch, length, groupSize, x.codes, xAt, chunk.scales,
                        chunk.mins, hasMins, row, PANEL, x.scales, dAt, CodeForm.blockShift(groupSize),
                        x.negated(groupSize), negatedAt, acc, start * PANEL + row, PANEL);
            }
            return;
        }
        for (int row = 0; row < panelRows; row += GroupTile.ROWS, slice += chunk.slicePitch) {
            GroupTile.run(size, chunk.weights, slice, chunk.pitch, length, groupSize, x.codes, xAt,
                    chunk.scales, chunk.mins, hasMins, row, PANEL, x.scales, dAt, CodeForm.blockShift(groupSize),
                    x.negated(groupSize), negatedAt, acc, start * PANEL + row, PANEL);
        }
    }
}
