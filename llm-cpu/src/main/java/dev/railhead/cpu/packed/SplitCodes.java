package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.HALF_BYTES;
import static dev.railhead.cpu.simd.Width.LANES;
import static dev.railhead.cpu.simd.Width.ORDER;
import static dev.railhead.cpu.simd.Width.SHORTS;
import static dev.railhead.cpu.simd.Width.SHORT_LANES;

import dev.railhead.cpu.simd.PartSums;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// Codes of more than 4 bits, cut into a nibble and n = 1 or 2 upper bits. First `byte[length][32]` with the nibbles of rows r and
/// r + 32, then `byte[length · n / 4][32]` with the upper bits of a unit of 4 / n values of k: row r's of number j begin at bit
/// 4 + 2 n j modulo 8, so that some already stand where they belong, and row r + 32's n bits above. What is cut is
/// t = code − center, a two's complement number.
///
/// For a single row of activations t is put together in 16 bits, where the sum over 16 / n of its products is at most
/// 16 · 16 · 127 = 8 · 32 · 127 = 32512 and fits. For many rows codes are unpacked to floats: in tiles of 16 bits the ends of
/// such short parts cost more than 16 bits gain.
abstract class SplitCodes extends CodeForm {
    static final short LOW_MASK = 15;
    static final int NIBBLE = 4;

    /// The k that the loop for a single row takes at a time, a multiple of every unit.
    static final int STEP = 4;

    private final int highBits;

    /// Values of k that share a byte of upper bits, 4 or 2.
    private final int unit;

    /// The middle of the codes.
    private final int center;

    SplitCodes(CodeLayout layout) {
        super(layout);
        highBits = layout.bits() - NIBBLE;
        unit = NIBBLE / highBits;
        center = lowest + (1 << layout.bits() - 1);
    }

    @Override
    final int bytes(int length) {
        return (length + length / unit) * HALF_PANEL;
    }

    private static long nibbleAt(long at, int k, int row) {
        return at + (long) k * HALF_PANEL + row % HALF_PANEL;
    }

    private long highAt(long at, int length, int k, int row) {
        return at + (long) (length + k / unit) * HALF_PANEL + row % HALF_PANEL;
    }

    private int highShift(int k, int row) {
        return (NIBBLE + k % unit * 2 * highBits) % Byte.SIZE + row / HALF_PANEL * highBits;
    }

    private int highMask() {
        return (1 << highBits) - 1;
    }

    @Override
    final void pack(PanelCodes in, int length, byte[] out, int at) {
        long[] tile = new long[ByteTranspose.SIZE];
        for (int r = 0; r < HALF_PANEL; r += ByteTranspose.SIZE) {
            for (int k = 0; k < length; k += ByteTranspose.SIZE) {
                packNibbles(in, r, k, tile);
                ByteTranspose.store(tile, out, at + k * HALF_PANEL + r, HALF_PANEL);
                packHigh(in, r, k, tile);
                storeHigh(tile, out, at + (length + k / unit) * HALF_PANEL + r);
            }
        }
    }

    private void packNibbles(PanelCodes in, int row, int k, long[] tile) {
        for (int i = 0; i < ByteTranspose.SIZE; i++) {
            long low = nibbles(in.eight(row + i, k), -center);
            long high = nibbles(in.eight(row + i + HALF_PANEL, k), -center);
            tile[i] = low | high << NIBBLE;
        }
        ByteTranspose.transpose(tile);
    }

    /// The upper bits of each k in a byte, those of row r + 32 above those of row r.
    private void packHigh(PanelCodes in, int row, int k, long[] tile) {
        for (int i = 0; i < ByteTranspose.SIZE; i++) {
            tile[i] = high(in.eight(row + i, k)) | high(in.eight(row + i + HALF_PANEL, k)) << highBits;
        }
        ByteTranspose.transpose(tile);
    }

    private long high(long codes) {
        int all = (1 << NIBBLE + highBits) - 1;
        long t = (codes & ByteTranspose.repeat(all)) + ByteTranspose.repeat(-center & all);
        return t >>> NIBBLE & ByteTranspose.repeat(highMask());
    }

    /// Brings the upper bits of the k of a unit into one byte.
    private void storeHigh(long[] tile, byte[] out, int at) {
        for (int i = 0; i < ByteTranspose.SIZE; i += unit) {
            long bits = 0;
            for (int j = 0; j < unit; j++) {
                bits |= tile[i + j] << highShift(j, 0);
            }
            LittleEndian.putEight(out, at + i / unit * HALF_PANEL, bits);
        }
    }

    @Override
    final int code(MemorySegment data, long at, int length, int k, int row) {
        int low = get(data, nibbleAt(at, k, row)) >> row / HALF_PANEL * NIBBLE & LOW_MASK;
        int high = get(data, highAt(at, length, k, row)) >> highShift(k, row) & highMask();
        int unused = Integer.SIZE - NIBBLE - highBits;
        return ((high << NIBBLE | low) << unused >> unused) + center;
    }

    @Override
    final ActivationTiles.Input input() {
        return ActivationTiles.Input.CODES;
    }

    @Override
    final void unpack(MemorySegment data, long at, int length, PanelScratch out) {
        MemorySegment weights = out.useOwn(length);
        for (int lane = 0; lane < HALF_PANEL; lane += SHORT_LANES) {
            for (int j = 0; j < unit; j++) {
                unpackLanes(data, nibbleAt(at, j, lane), highAt(at, length, 0, lane), length / unit, unit,
                        highShift(j, 0), highBits, (short) center, weights,
                        PanelScratch.sliceAt(length, lane) + j * PanelScratch.SLICE_PITCH,
                        PanelScratch.sliceAt(length, HALF_PANEL));
            }
        }
    }

    /// One k of each unit, whose upper bits begin at `shift`. Upper bits go to the top of a lane, so that shifting them down
    /// to their place above the nibble extends the sign.
    private static void unpackLanes(MemorySegment data, long nibbles, long high, int units, int unit, int shift,
            int highBits, short center, MemorySegment out, long to, long half) {
        int top = Short.SIZE - highBits;
        int down = top - NIBBLE;
        for (int u = 0; u < units; u++) {
            ShortVector v = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, nibbles + (long) u * unit * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            ShortVector w = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, high + (long) u * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            ShortVector c = w.lanewise(VectorOperators.LSHL, top - shift).lanewise(VectorOperators.ASHR, down);
            c = c.lanewise(VectorOperators.XOR, c.lanewise(VectorOperators.XOR, v).and(LOW_MASK)).add(center);
            long k = to + u * unit * PanelScratch.SLICE_PITCH;
            c.convertShape(VectorOperators.S2F, FLOATS, 0).reinterpretAsFloats().intoMemorySegment(out, k, ORDER);
            c.convertShape(VectorOperators.S2F, FLOATS, 1).reinterpretAsFloats().intoMemorySegment(out,
                    k + LANES * Float.BYTES, ORDER);
            v = v.lanewise(VectorOperators.ASHR, NIBBLE);
            c = w.lanewise(VectorOperators.LSHL, top - shift - highBits).lanewise(VectorOperators.ASHR, down);
            c = c.lanewise(VectorOperators.XOR, c.lanewise(VectorOperators.XOR, v).and(LOW_MASK)).add(center);
            k += half;
            c.convertShape(VectorOperators.S2F, FLOATS, 0).reinterpretAsFloats().intoMemorySegment(out, k, ORDER);
            c.convertShape(VectorOperators.S2F, FLOATS, 1).reinterpretAsFloats().intoMemorySegment(out,
                    k + LANES * Float.BYTES, ORDER);
        }
    }

    @Override
    final void unpackFew(MemorySegment data, long at, int length, PanelScratch out) {
        MemorySegment bytes = out.useOwnBytes();
        for (int lane = 0; lane < HALF_PANEL; lane += SHORT_LANES) {
            for (int j = 0; j < unit; j++) {
                unpackBytes(data, nibbleAt(at, j, lane), highAt(at, length, 0, lane), length / unit, unit,
                        highShift(j, 0), highBits, (short) center, bytes, (long) j * PANEL + lane);
            }
        }
    }

    /// As [#unpackLanes], to bytes.
    private static void unpackBytes(MemorySegment data, long nibbles, long high, int units, int unit, int shift,
            int highBits, short center, MemorySegment out, long to) {
        int top = Short.SIZE - highBits;
        int down = top - NIBBLE;
        for (int u = 0; u < units; u++) {
            ShortVector v = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, nibbles + (long) u * unit * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            ShortVector w = (ShortVector) ByteVector
                    .fromMemorySegment(HALF_BYTES, data, high + (long) u * HALF_PANEL, ORDER)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            long k = to + (long) u * unit * PANEL;
            ShortVector c = w.lanewise(VectorOperators.LSHL, top - shift).lanewise(VectorOperators.ASHR, down);
            c.lanewise(VectorOperators.XOR, c.lanewise(VectorOperators.XOR, v).and(LOW_MASK)).add(center)
                    .convertShape(VectorOperators.S2B, HALF_BYTES, 0).reinterpretAsBytes()
                    .intoMemorySegment(out, k, ORDER);
            v = v.lanewise(VectorOperators.ASHR, NIBBLE);
            c = w.lanewise(VectorOperators.LSHL, top - shift - highBits).lanewise(VectorOperators.ASHR, down);
            c.lanewise(VectorOperators.XOR, c.lanewise(VectorOperators.XOR, v).and(LOW_MASK)).add(center)
                    .convertShape(VectorOperators.S2B, HALF_BYTES, 0).reinterpretAsBytes()
                    .intoMemorySegment(out, k + HALF_PANEL, ORDER);
        }
    }

    @Override
    final void multiply(PanelScratch chunk, int panelRows, ActivationTiles x, int start, int size, int columns,
            int from, int length, float[] acc) {
        FloatCodeTiles.multiply(chunk, panelRows, groupSize, hasMins, x, start, size, columns, from, length, acc);
    }

    @Override
    final void decode(MemorySegment data, long at, ActivationTiles x, int start, int columns, int from, int length,
            PanelScratch scratch, float[] acc) {
        int xAt = start * columns + from;
        for (int lane = 0; lane < HALF_PANEL; lane += SHORT_LANES) {
            sumLanes(data, at + lane, highAt(at, length, 0, lane), length / STEP, x.pairs, xAt, scratch.shortSums,
                    lane);
        }
        PartSums.add(length >> groupShift, PANEL, scratch.shortSums, 1f, scratch.scales, scratch.mins, hasMins,
                x.scales,
                xAt / BLOCK, blockShift, x.negated(groupSize), center, x.sums(groupSize), xAt >> groupShift, acc,
                start * PANEL);
    }

    /// Sums `t · x` over half a group, for one vector of lanes in each half of the panel.
    ///
    /// @param nibbles where the lanes' nibbles begin
    /// @param high where the lanes' upper bits begin
    /// @param steps number of k divided by [#STEP]
    /// @param sums receives `short[parts][PANEL]` from `to`
    abstract void sumLanes(MemorySegment data, long nibbles, long high, int steps, int[] x, int xAt, short[] sums,
            int to);
}
