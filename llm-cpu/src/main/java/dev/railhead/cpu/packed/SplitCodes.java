package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.SHORTS;
import static dev.railhead.cpu.simd.Width.SHORT_LANES;

import dev.railhead.cpu.simd.GroupSums;
import dev.railhead.cpu.simd.ShortLanes;
import dev.railhead.cpu.simd.ShortSums;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// 5- and 6-bit codes, cut into a nibble and n = 1 or 2 upper bits: `byte[length / unit][unit + 1][32]` with a unit of 4 / n
/// values of k. A unit has 32 bytes for each k with the nibbles of rows r and r + 32, then 32 bytes with the upper bits: of its k
/// number j, row r's begin at bit 2 n j and row r + 32's n bits above. Codes are stored less `lowest`.
///
/// For a single row of activations t = code − 2^(bits−1) is put together in 16 bits, where the sum over 16 / n is at most
/// 16 · 16 · 127 = 8 · 32 · 127 = 32512 and fits. For many rows codes are unpacked to floats: in tiles of 16 bits the ends of such
/// short parts cost more than 16 bits gain.
final class SplitCodes extends CodeForm {
    private static final short LOW_MASK = 15;
    private static final int NIBBLE = 4;

    /// Half the values of a nibble; of more bits twice or four times as many.
    private static final int BIAS = 8;

    private final int highBits;
    private final int unit;
    private final int unitBytes;

    /// The k of a sum in 16 bits, at most half a group.
    private final int part;

    SplitCodes(CodeLayout layout) {
        super(layout);
        highBits = layout.bits() - NIBBLE;
        unit = NIBBLE / highBits;
        unitBytes = (unit + 1) * HALF_PANEL;
        part = Math.min(16 / highBits, groupSize / 2);
    }

    @Override
    int bytes(int length) {
        return length / unit * unitBytes;
    }

    private long nibbleAt(long at, int k, int row) {
        return at + (long) (k / unit) * unitBytes + k % unit * HALF_PANEL + row % HALF_PANEL;
    }

    private long highAt(long at, int k, int row) {
        return at + (long) (k / unit) * unitBytes + unit * HALF_PANEL + row % HALF_PANEL;
    }

    private int highShift(int k, int row) {
        return (k % unit * 2 + row / HALF_PANEL) * highBits;
    }

    @Override
    void pack(PanelCodes in, int length, MemorySegment out, long at) {
        for (int r = 0; r < PANEL; r++) {
            for (int k = 0; k < length; k++) {
                int code = in.codes[r * in.chunkLength() + k] - lowest;
                or(out, nibbleAt(at, k, r), (code & LOW_MASK) << r / HALF_PANEL * NIBBLE);
                or(out, highAt(at, k, r), code >> NIBBLE << highShift(k, r));
            }
        }
    }

    @Override
    int code(MemorySegment data, long at, int k, int row) {
        int low = get(data, nibbleAt(at, k, row)) >> row / HALF_PANEL * NIBBLE & LOW_MASK;
        int high = get(data, highAt(at, k, row)) >> highShift(k, row) & (1 << highBits) - 1;
        return (high << NIBBLE | low) + lowest;
    }

    @Override
    ActivationTiles.Input input() {
        return ActivationTiles.Input.CODES;
    }

    @Override
    void unpack(MemorySegment data, long at, int length, MemorySegment out) {
        for (int lane = 0; lane < HALF_PANEL; lane += SHORT_LANES) {
            for (int j = 0; j < unit; j++) {
                unpackLanes(data, at + lane, length / unit, unit, j, highBits, (short) lowest, out,
                        (long) j * FloatCodeTiles.PITCH + lane * Float.BYTES);
            }
        }
    }

    /// The k number j of each unit.
    private static void unpackLanes(MemorySegment data, long at, int units, int unit, int j, int highBits, short lowest,
            MemorySegment out, long to) {
        int unitBytes = (unit + 1) * HALF_PANEL;
        for (int u = 0; u < units; u++) {
            ShortVector v = ShortLanes.widen(data, at + u * unitBytes + j * HALF_PANEL);
            ShortVector w = ShortLanes.widen(data, at + u * unitBytes + unit * HALF_PANEL)
                    .lanewise(VectorOperators.ASHR, 2 * highBits * j);
            long k = to + (long) u * unit * FloatCodeTiles.PITCH;
            ShortLanes.storeFloats(low(v, w, highBits).add(lowest), out, k);
            ShortLanes.storeFloats(high(v, w, highBits).add(lowest), out, k + HALF_PANEL * Float.BYTES);
        }
    }

    @Override
    void multiply(PanelScratch chunk, int panelRows, ActivationTiles x, int start, int size, int columns, int from,
            int length, float[] acc) {
        FloatCodeTiles.multiply(chunk, panelRows, groupSize, hasMins, x, start, size, columns, from, length, acc);
    }

    @Override
    void decode(MemorySegment data, long at, int from, int length, ActivationTiles x, PanelScratch scratch,
            float[] acc) {
        for (int lane = 0; lane < HALF_PANEL; lane += SHORT_LANES) {
            sumLanes(data, at + lane, length, unit, highBits, part, x.pairs, from, scratch.shortSums, lane);
        }
        int groups = length / groupSize;
        int group = from / groupSize;
        ShortSums.join(groups, groupSize / part, PANEL, scratch.shortSums, lowest + (BIAS << highBits),
                x.sums(groupSize), group,
                scratch.sums);
        GroupSums.add(groups, PANEL, scratch.sums, scratch.scales, scratch.mins, hasMins, x.scales, from / BLOCK,
                blockShift, x.negated(groupSize), group, acc);
    }

    /// One loop over all parts: a loop for each would be too short to be compiled well.
    private static void sumLanes(MemorySegment data, long at, int length, int unit, int highBits, int part, int[] x,
            int xAt, short[] sums, int lane) {
        short bias = (short) (BIAS << highBits);
        int unitShift = 3 - highBits; // of 4 or 2
        int unitBytes = (unit + 1) * HALF_PANEL;
        ShortVector s0 = ShortVector.zero(SHORTS);
        ShortVector s1 = ShortVector.zero(SHORTS);
        int to = lane;
        for (int k = 0; k < length; k++) {
            int j = k & unit - 1;
            long unitAt = at + (k >> unitShift) * unitBytes;
            ShortVector v = ShortLanes.widen(data, unitAt + j * HALF_PANEL);
            ShortVector w = ShortLanes.widen(data, unitAt + unit * HALF_PANEL)
                    .lanewise(VectorOperators.ASHR, 2 * highBits * j);
            ShortVector xk = ShortLanes.broadcast(x[xAt + k]);
            s0 = s0.add(low(v, w, highBits).sub(bias).mul(xk));
            s1 = s1.add(high(v, w, highBits).sub(bias).mul(xk));
            if ((k + 1 & part - 1) == 0) {
                s0.intoArray(sums, to);
                s1.intoArray(sums, to + HALF_PANEL);
                to += PANEL;
                s0 = ShortVector.zero(SHORTS);
                s1 = ShortVector.zero(SHORTS);
            }
        }
    }

    /// Row r's code; its upper bits are the lowest of `high`.
    private static ShortVector low(ShortVector nibbles, ShortVector high, int highBits) {
        short mask = (short) ((1 << highBits) - 1 << NIBBLE);
        return nibbles.and(LOW_MASK).or(high.lanewise(VectorOperators.LSHL, NIBBLE).and(mask));
    }

    /// Row r + 32's code; its upper bits come next.
    private static ShortVector high(ShortVector nibbles, ShortVector high, int highBits) {
        short mask = (short) ((1 << highBits) - 1 << NIBBLE);
        return nibbles.lanewise(VectorOperators.ASHR, NIBBLE).and(LOW_MASK)
                .or(high.lanewise(VectorOperators.LSHL, NIBBLE - highBits).and(mask));
    }
}
