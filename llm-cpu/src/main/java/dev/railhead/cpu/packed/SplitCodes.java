package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.HALF_BYTES;
import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.ORDER;
import static dev.railhead.cpu.simd.Width.SHORTS;
import static dev.railhead.cpu.simd.Width.SHORT_LANES;

import dev.railhead.cpu.simd.GroupSums;
import dev.railhead.cpu.simd.ShortSums;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// 5- and 6-bit codes, cut into a nibble and n = 1 or 2 upper bits. First `byte[length][32]` with the nibbles of rows r and
/// r + 32, then `byte[length · n / 4][32]` with the upper bits of 4 / n values of k: of k number j, row r's begin at bit 2 n j and row
/// r + 32's n bits above. Codes are stored less `lowest`.
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

    /// Values of k that share a byte of upper bits, 4 or 2.
    private final int unit;

    /// The k of a sum in 16 bits, at most half a group.
    private final int part;

    SplitCodes(CodeLayout layout) {
        super(layout);
        highBits = layout.bits() - NIBBLE;
        unit = NIBBLE / highBits;
        part = Math.min(16 / highBits, groupSize / 2);
    }

    @Override
    int bytes(int length) {
        return (length + length / unit) * HALF_PANEL;
    }

    private static long nibbleAt(long at, int k, int row) {
        return at + (long) k * HALF_PANEL + row % HALF_PANEL;
    }

    private long highAt(long at, int length, int k, int row) {
        return at + (long) (length + k / unit) * HALF_PANEL + row % HALF_PANEL;
    }

    private int highShift(int k, int row) {
        return (k % unit * 2 + row / HALF_PANEL) * highBits;
    }

    @Override
    void pack(PanelCodes in, int length, byte[] out, int at) {
        long[] tile = new long[ByteTile.SIZE];
        for (int r = 0; r < HALF_PANEL; r += ByteTile.SIZE) {
            for (int k = 0; k < length; k += ByteTile.SIZE) {
                packNibbles(in, r, k, tile);
                ByteTile.store(tile, out, at + k * HALF_PANEL + r, HALF_PANEL);
                packHigh(in, r, k, tile);
                storeHigh(tile, out, at + (length + k / unit) * HALF_PANEL + r);
            }
        }
    }

    private void packNibbles(PanelCodes in, int row, int k, long[] tile) {
        for (int i = 0; i < ByteTile.SIZE; i++) {
            long low = nibbles(in.eight(row + i, k), -lowest);
            long high = nibbles(in.eight(row + i + HALF_PANEL, k), -lowest);
            tile[i] = low | high << NIBBLE;
        }
        ByteTile.transpose(tile);
    }

    /// The upper bits of each k in a byte, those of row r + 32 above those of row r.
    private void packHigh(PanelCodes in, int row, int k, long[] tile) {
        for (int i = 0; i < ByteTile.SIZE; i++) {
            tile[i] = high(in.eight(row + i, k)) | high(in.eight(row + i + HALF_PANEL, k)) << highBits;
        }
        ByteTile.transpose(tile);
    }

    private long high(long codes) {
        long all = ByteTile.repeat((1 << NIBBLE + highBits) - 1);
        return (codes & all) + ByteTile.repeat(-lowest) >>> NIBBLE & ByteTile.repeat((1 << highBits) - 1);
    }

    /// Brings the upper bits of the k of a unit into one byte.
    private void storeHigh(long[] tile, byte[] out, int at) {
        for (int i = 0; i < ByteTile.SIZE; i += unit) {
            long bits = 0;
            for (int j = 0; j < unit; j++) {
                bits |= tile[i + j] << j * 2 * highBits;
            }
            LittleEndian.putEight(out, at + i / unit * HALF_PANEL, bits);
        }
    }

    @Override
    int code(MemorySegment data, long at, int length, int k, int row) {
        int low = get(data, nibbleAt(at, k, row)) >> row / HALF_PANEL * NIBBLE & LOW_MASK;
        int high = get(data, highAt(at, length, k, row)) >> highShift(k, row) & (1 << highBits) - 1;
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
                unpackLanes(data, nibbleAt(at, j, lane), highAt(at, length, 0, lane), length / unit, unit,
                        j * 2 * highBits,
                        highBits, (short) lowest, out, (long) j * FloatCodeTiles.PITCH + lane * Float.BYTES);
            }
        }
    }

    /// One k of each unit, whose upper bits begin at `shift`.
    private static void unpackLanes(MemorySegment data, long nibbles, long high, int units, int unit, int shift,
            int highBits, short lowest, MemorySegment out, long to) {
        short mask = highMask(highBits);
        for (int u = 0; u < units; u++) {
            ShortVector v = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, nibbles + (long) u * unit * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            ShortVector w = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, high + (long) u * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            w = w.lanewise(VectorOperators.ASHR, shift);
            ShortVector c0 = v.and(LOW_MASK).or(w.lanewise(VectorOperators.LSHL, NIBBLE).and(mask)).add(lowest);
            ShortVector c1 = v.lanewise(VectorOperators.ASHR, NIBBLE).and(LOW_MASK)
                    .or(w.lanewise(VectorOperators.LSHL, NIBBLE - highBits).and(mask)).add(lowest);
            long k = to + (long) u * unit * FloatCodeTiles.PITCH;
            c0.convertShape(VectorOperators.S2F, FLOATS, 0).reinterpretAsFloats().intoMemorySegment(out, k, ORDER);
            c0.convertShape(VectorOperators.S2F, FLOATS, 1).reinterpretAsFloats().intoMemorySegment(out,
                    k + LANES * Float.BYTES, ORDER);
            k += HALF_PANEL * Float.BYTES;
            c1.convertShape(VectorOperators.S2F, FLOATS, 0).reinterpretAsFloats().intoMemorySegment(out, k, ORDER);
            c1.convertShape(VectorOperators.S2F, FLOATS, 1).reinterpretAsFloats().intoMemorySegment(out,
                    k + LANES * Float.BYTES, ORDER);
        }
    }

    private static short highMask(int highBits) {
        return (short) ((1 << highBits) - 1 << NIBBLE);
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
            sumLanes(data, at + lane, highAt(at, length, 0, lane), length / 2, highBits, part / 2, x.pairs, from,
                    scratch.shortSums, lane);
        }
        int groups = length / groupSize;
        int group = from / groupSize;
        ShortSums.join(groups, groupSize / part, PANEL, scratch.shortSums, lowest + (BIAS << highBits),
                x.sums(groupSize), group,
                scratch.sums);
        GroupSums.add(groups, PANEL, scratch.sums, scratch.scales, scratch.mins, hasMins, x.scales, from / BLOCK,
                blockShift, x.negated(groupSize), group, acc);
    }

    /// One loop over all parts, two k at a time: a loop for each would be too short to be compiled well.
    private static void sumLanes(MemorySegment data, long nibbles, long high, int pairs, int highBits, int partPairs,
            int[] x, int xAt, short[] sums, int lane) {
        short bias = (short) (BIAS << highBits);
        short mask = highMask(highBits);
        int more = 2 - highBits; // of 5 bits two pairs share a byte
        ShortVector s0 = ShortVector.zero(SHORTS);
        ShortVector s1 = ShortVector.zero(SHORTS);
        int to = lane;
        for (int p = 0; p < pairs; p++) {
            ShortVector w = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, high + (long) (p >> more) * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            w = w.lanewise(VectorOperators.ASHR, NIBBLE * (p & more));
            ShortVector v = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, nibbles + (long) p * 2 * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            ShortVector xk = IntVector.broadcast(INTS, x[xAt + 2 * p]).reinterpretAsShorts();
            s0 = s0.add(v.and(LOW_MASK).or(w.lanewise(VectorOperators.LSHL, NIBBLE).and(mask)).sub(bias).mul(xk));
            s1 = s1.add(v.lanewise(VectorOperators.ASHR, NIBBLE).and(LOW_MASK)
                    .or(w.lanewise(VectorOperators.LSHL, NIBBLE - highBits).and(mask)).sub(bias).mul(xk));
            w = w.lanewise(VectorOperators.ASHR, 2 * highBits);
            v = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, nibbles + (long) (p * 2 + 1) * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            xk = IntVector.broadcast(INTS, x[xAt + 2 * p + 1]).reinterpretAsShorts();
            s0 = s0.add(v.and(LOW_MASK).or(w.lanewise(VectorOperators.LSHL, NIBBLE).and(mask)).sub(bias).mul(xk));
            s1 = s1.add(v.lanewise(VectorOperators.ASHR, NIBBLE).and(LOW_MASK)
                    .or(w.lanewise(VectorOperators.LSHL, NIBBLE - highBits).and(mask)).sub(bias).mul(xk));
            if ((p + 1 & partPairs - 1) == 0) {
                s0.intoArray(sums, to);
                s1.intoArray(sums, to + HALF_PANEL);
                to += PANEL;
                s0 = ShortVector.zero(SHORTS);
                s1 = ShortVector.zero(SHORTS);
            }
        }
    }
}
