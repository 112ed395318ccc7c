package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.ORDER;
import static dev.railhead.cpu.simd.Width.SHORT_LANES;

import dev.railhead.cpu.simd.GroupSums;
import dev.railhead.cpu.simd.ShortGroupSums;
import dev.railhead.cpu.simd.ShortSums;
import dev.railhead.cpu.simd.ShortTile;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ShortVector;

/// Codes so small that the products of a part of a group add up in 16 bits, half the width that floats need. In the kernels a
/// code counts from its center, so that it is signed; `center · Σ x` comes in at the end of a group.
abstract class ShortCodes extends CodeForm {
    /// Bytes from one k of an unpacked chunk to the next; `short[length][PANEL]`.
    private static final int PITCH = PANEL * Short.BYTES;

    /// The k whose products add up in 16 bits.
    final int part;

    private final int center;

    /// @param maxPart the largest number of k whose sum fits
    ShortCodes(CodeLayout layout, int maxPart) {
        super(layout);
        part = Math.min(maxPart, groupSize);
        center = lowest + (1 << layout.bits() - 1);
        if (center != 0 && !layout.hasMins()) {
            throw new IllegalArgumentException("codes: expected signed ones from " + (lowest - center)
                    + " or a type with minimums, found unsigned ones from " + lowest);
        }
    }

    /// Unpacks some rows of a chunk: those from `lane` and from `HALF_PANEL + lane`, a vector each, with [#storeLow] and
    /// [#storeHigh].
    abstract void unpackLanes(MemorySegment data, long at, int length, int lane, MemorySegment out);

    /// The 16-bit sums of a chunk's parts for a single row of activations.
    ///
    /// @param from first k of the chunk, in the row
    /// @param sums receives `short[length / part][PANEL]`
    abstract void sum(MemorySegment data, long at, int from, int length, ActivationTiles x, short[] sums);

    static void storeLow(ShortVector codes, MemorySegment out, int k, int lane) {
        codes.intoMemorySegment(out, (long) k * PITCH + lane * Short.BYTES, ORDER);
    }

    static void storeHigh(ShortVector codes, MemorySegment out, int k, int lane) {
        codes.intoMemorySegment(out, (long) k * PITCH + (HALF_PANEL + lane) * Short.BYTES, ORDER);
    }

    @Override
    final ActivationTiles.Input input() {
        return ActivationTiles.Input.PAIRS;
    }

    @Override
    final void unpack(MemorySegment data, long at, int length, MemorySegment out) {
        for (int lane = 0; lane < HALF_PANEL; lane += SHORT_LANES) {
            unpackLanes(data, at, length, lane, out);
        }
    }

    @Override
    final void decode(MemorySegment data, long at, int from, int length, ActivationTiles x, PanelScratch scratch,
            float[] acc) {
        sum(data, at, from, length, x, scratch.shortSums);
        endGroups(1, 0, from, 0, length, x, scratch, acc, 0);
    }

    @Override
    final void multiply(PanelScratch chunk, int panelRows, ActivationTiles x, int start, int size, int columns,
            int from,
            int length, float[] acc) {
        for (int span = 0; span < length; span += PanelScratch.TILE_PARTS * part) {
            int spanLength = Math.min(PanelScratch.TILE_PARTS * part, length - span);
            int xAt = start * columns + (from + span) * size;
            for (int row = 0; row < panelRows; row += ShortTile.ROWS) {
                ShortTile.run(size, chunk.weights, (long) span * PITCH + row * Short.BYTES, PITCH, spanLength, part,
                        x.pairs, xAt, chunk.shortSums, row, PANEL);
            }
            endGroups(size, start * columns, from + span, span, spanLength, x, chunk, acc, start * PANEL);
        }
    }

    /// Scales the sums of whole groups.
    ///
    /// @param tileAt start of the tile · columns
    /// @param k first k, in the row
    /// @param inChunk first k, in the chunk
    private void endGroups(int size, int tileAt, int k, int inChunk, int length, ActivationTiles x, PanelScratch s,
            float[] acc, int accAt) {
        int groups = length / groupSize;
        int scalesAt = inChunk / groupSize * PANEL;
        int dAt = tileAt / BLOCK + k / BLOCK * size;
        int xsumsAt = tileAt / groupSize + k / groupSize * size;
        float[] xsums = x.sums(groupSize);
        float[] negated = x.negated(groupSize);
        if (part == groupSize) {
            ShortGroupSums.add(size, groups, PANEL, s.shortSums, s.scales, s.mins, scalesAt, hasMins, x.scales, dAt,
                    blockShift, negated, center, xsums, xsumsAt, acc, accAt);
        } else {
            ShortSums.join(groups, groupSize / part, size * PANEL, s.shortSums, s.sums);
            GroupSums.add(size, groups, PANEL, s.sums, s.scales, s.mins, scalesAt, hasMins, x.scales, dAt, blockShift,
                    negated, center, xsums, xsumsAt, acc, accAt);
        }
    }
}
