package dev.railhead.cpu.packed;

import static dev.railhead.cpu.simd.Width.HALF_BYTES;
import static dev.railhead.cpu.simd.Width.INTS;
import static dev.railhead.cpu.simd.Width.ORDER;
import static dev.railhead.cpu.simd.Width.SHORTS;
import static dev.railhead.cpu.simd.Width.SHORT_LANES;
import static dev.railhead.cpu.simd.Width.TABLE_BYTES;

import dev.railhead.spi.CodeLayout;
import dev.railhead.spi.CodeTable;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// 4-bit codes that a table of 16 signed bytes makes integers of: `byte[length][32]`. A byte has row r's code in its low nibble and
/// row r + 32's in its high one.
///
/// Looking values up is one instruction for a vector of bytes. For a single row of activations that happens in registers; else a chunk
/// becomes signed bytes first, in a buffer that stays in the first level cache. From there on everything is [Codes8]: a form that takes
/// any signed byte, because products of a table's values and activations fit 16 bits for a few k only.
final class CodesTable extends CodeForm {
    private static final int NIBBLE = 4;
    private static final byte LOW_MASK = 15;

    /// Whether the table fits the bytes that widen to a vector of shorts; not at 128 bits.
    private static final boolean TABLE_FITS = HALF_BYTES.length() >= CodeTable.SIZE;

    private final CodeTable table;
    private final byte[] values;
    private final Codes8 bytes;

    CodesTable(CodeLayout layout) {
        super(layout);
        table = Objects.requireNonNull(layout.table());
        values = new byte[TABLE_BYTES.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = table.value(i % CodeTable.SIZE);
        }
        bytes = new Codes8(layout);
    }

    @Override
    int bytes(int length) {
        return length * HALF_PANEL;
    }

    @Override
    void pack(PanelCodes in, int length, byte[] out, int at) {
        long[] tile = new long[ByteTranspose.SIZE];
        for (int r = 0; r < HALF_PANEL; r += ByteTranspose.SIZE) {
            for (int k = 0; k < length; k += ByteTranspose.SIZE) {
                packTile(in, r, k, tile);
                ByteTranspose.store(tile, out, at + k * HALF_PANEL + r, HALF_PANEL);
            }
        }
    }

    private void packTile(PanelCodes in, int row, int k, long[] tile) {
        for (int i = 0; i < ByteTranspose.SIZE; i++) {
            tile[i] = indexes(in.eight(row + i, k)) | indexes(in.eight(row + i + HALF_PANEL, k)) << NIBBLE;
        }
        ByteTranspose.transpose(tile);
    }

    /// The table's indexes of eight values.
    private long indexes(long eight) {
        long indexes = 0;
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            indexes |= (long) table.index((byte) (eight >>> shift)) << shift;
        }
        return indexes;
    }

    @Override
    int code(MemorySegment data, long at, int length, int k, int row) {
        int both = get(data, at + (long) k * HALF_PANEL + row % HALF_PANEL);
        return table.value(both >> row / HALF_PANEL * NIBBLE & LOW_MASK);
    }

    @Override
    ActivationTiles.Input input() {
        return bytes.input();
    }

    @Override
    void unpack(MemorySegment data, long at, int length, PanelScratch out) {
        bytes.unpack(lookUp(data, at, length, out), 0, length, out);
    }

    @Override
    void unpackFew(MemorySegment data, long at, int length, PanelScratch out) {
        out.useBytes(lookUp(data, at, length, out), 0);
    }

    @Override
    void multiply(PanelScratch chunk, int panelRows, ActivationTiles x, int start, int size, int columns, int from,
            int length, float[] acc) {
        bytes.multiply(chunk, panelRows, x, start, size, columns, from, length, acc);
    }

    @Override
    void decode(MemorySegment data, long at, ActivationTiles x, int start, int columns, int from, int length,
            PanelScratch scratch, float[] acc) {
        if (!TABLE_FITS) {
            bytes.decode(lookUp(data, at, length, scratch), 0, x, start, columns, from, length, scratch, acc);
            return;
        }
        float[] xsums = x.sums(groupSize);
        int xAt = start * columns + from;
        int group = xAt >> groupShift;
        int groups = length >> groupShift;
        for (int g = 0; g < groups; g++) {
            short bias = (short) (Codes8.BIAS * (int) xsums[group + g]);
            for (int lane = 0; lane < HALF_PANEL; lane += SHORT_LANES) {
                sumLanes(values, data, at + (long) g * groupSize * HALF_PANEL + lane, groupSize, x.pairs,
                        xAt + g * groupSize, bias, scratch.shortSums, g * 2 * PANEL + lane);
            }
        }
        bytes.addSums(groups, scratch, x, xAt, start, acc);
    }

    /// The two sums of [Codes8] for rows r and r + 32, from the codes.
    private static void sumLanes(byte[] table, MemorySegment data, long at, int length, int[] x, int xAt, short bias,
            short[] sums, int to) {
        ByteVector entries = ByteVector.fromArray(HALF_BYTES, table, 0);
        ShortVector a = ShortVector.zero(SHORTS);
        ShortVector h = ShortVector.zero(SHORTS);
        ShortVector b = ShortVector.zero(SHORTS);
        ShortVector i = ShortVector.zero(SHORTS);
        for (int k = 0; k < length; k++) {
            ShortVector xk = IntVector.broadcast(INTS, x[xAt + k]).reinterpretAsShorts();
            ByteVector both = ByteVector.fromMemorySegment(HALF_BYTES, data, at + (long) k * HALF_PANEL, ORDER);
            ByteVector next = both.reinterpretAsShorts().lanewise(VectorOperators.LSHR, NIBBLE).reinterpretAsBytes();
            ShortVector v = (ShortVector) both.and(LOW_MASK).selectFrom(entries)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            ShortVector w = (ShortVector) next.and(LOW_MASK).selectFrom(entries)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            a = a.add(v.mul(xk));
            h = h.add(v.lanewise(VectorOperators.ASHR, NIBBLE).mul(xk));
            b = b.add(w.mul(xk));
            i = i.add(w.lanewise(VectorOperators.ASHR, NIBBLE).mul(xk));
        }
        a.sub(h.lanewise(VectorOperators.LSHL, NIBBLE)).sub(bias).intoArray(sums, to);
        h.intoArray(sums, to + PANEL);
        b.sub(i.lanewise(VectorOperators.LSHL, NIBBLE)).sub(bias).intoArray(sums, to + HALF_PANEL);
        i.intoArray(sums, to + PANEL + HALF_PANEL);
    }

    /// Makes `byte[length][PANEL]` of the codes of a chunk.
    private MemorySegment lookUp(MemorySegment data, long at, int length, PanelScratch scratch) {
        MemorySegment out = scratch.lookedUp;
        for (int lane = 0; lane < HALF_PANEL; lane += TABLE_BYTES.length()) {
            lookUp(values, data, at + lane, length, out, lane);
        }
        return out;
    }

    private static void lookUp(byte[] table, MemorySegment data, long at, int length, MemorySegment out, long to) {
        ByteVector entries = ByteVector.fromArray(TABLE_BYTES, table, 0);
        for (int k = 0; k < length; k++) {
            ByteVector both = ByteVector.fromMemorySegment(TABLE_BYTES, data, at + (long) k * HALF_PANEL, ORDER);
            ByteVector high = both.reinterpretAsShorts().lanewise(VectorOperators.LSHR, NIBBLE).reinterpretAsBytes();
            both.and(LOW_MASK).selectFrom(entries).intoMemorySegment(out, to + (long) k * PANEL, ORDER);
            high.and(LOW_MASK).selectFrom(entries).intoMemorySegment(out, to + (long) k * PANEL + HALF_PANEL, ORDER);
        }
    }
}
