package dev.railhead.cpu.packed;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;

/// How the codes of a chunk of a panel are stored, with the loops that read them. Immutable.
///
/// All forms go k by k, the rows of the panel being neighbours, so a vector of rows meets one activation at a time and no lane
/// ever changes its place.
abstract class CodeForm {
    static final int PANEL = PackedMatrix.PANEL;

    /// Rows r and r + 32 share a byte in forms of less than 8 bits.
    static final int HALF_PANEL = PANEL / 2;

    /// Activations of a block, which have one scale.
    static final int BLOCK = 32;

    /// The smallest code.
    final int lowest;

    /// Codes that share a scale, 16 or 32.
    final int groupSize;

    /// The same as a shift.
    final int groupShift;

    /// Whether a minimum is subtracted.
    final boolean hasMins;

    /// Of [#blockShift(int)].
    final int blockShift;

    CodeForm(CodeLayout layout) {
        lowest = layout.lowest();
        groupSize = layout.groupSize();
        groupShift = Integer.numberOfTrailingZeros(groupSize);
        hasMins = layout.hasMins();
        blockShift = blockShift(groupSize);
    }

    /// Groups of a block as a shift: 0 for one, 1 for two.
    static int blockShift(int groupSize) {
        return groupSize == BLOCK ? 0 : 1;
    }

    /// The form for codes of so many bits.
    static CodeForm of(CodeLayout layout) {
        if (layout.table() != null) {
            return new CodesTable(layout);
        }
        return switch (layout.bits()) {
            case 4 -> new Codes4(layout);
            case 5 -> new Codes5(layout);
            case 6 -> new Codes6(layout);
            case 8 -> new Codes8(layout);
            default -> throw new IllegalArgumentException("codes: expected 4, 5, 6 or 8 bits, found " + layout.bits());
        };
    }

    /// Bytes for a chunk of so many k, a multiple of 32.
    abstract int bytes(int length);

    /// Writes the codes of a chunk.
    ///
    /// @param in the chunk
    /// @param out receives all bytes of the chunk's codes, from `at`
    abstract void pack(PanelCodes in, int length, byte[] out, int at);

    /// One code of a chunk of so many k, for the lookup of rows.
    abstract int code(MemorySegment data, long at, int length, int k, int row);

    /// What [#multiply] reads; [#decode] reads pairs.
    abstract ActivationTiles.Input input();

    /// Makes of the codes of a chunk what [#multiply] reads.
    abstract void unpack(MemorySegment data, long at, int length, PanelScratch out);

    /// As [#unpack], for few rows of activations.
    void unpackFew(MemorySegment data, long at, int length, PanelScratch out) {
        unpack(data, at, length, out);
    }

    /// Adds the products of an unpacked chunk with a tile of activation rows to the outputs.
    ///
    /// @param chunk has weights, scales and minimums
    /// @param panelRows weight rows that exist
    /// @param start first row of the tile
    /// @param size rows of the tile
    /// @param columns length of a whole row
    /// @param from first k of the chunk, in the row
    /// @param acc `float[rows][PANEL]`
    abstract void multiply(PanelScratch chunk, int panelRows, ActivationTiles x, int start, int size, int columns,
            int from, int length, float[] acc);

    /// Adds the products of a chunk with a single row of activations to the outputs, straight from the packed bytes.
    ///
    /// @param start the row, a tile of its own
    /// @param columns length of a whole row
    /// @param from first k of the chunk, in the row
    /// @param scratch has the chunk's scales and minimums
    /// @param acc `float[rows][PANEL]`
    abstract void decode(MemorySegment data, long at, ActivationTiles x, int start, int columns, int from, int length,
            PanelScratch scratch, float[] acc);

    static byte get(MemorySegment data, long at) {
        return data.get(JAVA_BYTE, at);
    }

    /// The low four bits of eight codes, a number added to each.
    static long nibbles(long codes, int added) {
        long low = ByteTranspose.repeat(15);
        return (codes & low) + ByteTranspose.repeat(added & 15) & low;
    }
}
