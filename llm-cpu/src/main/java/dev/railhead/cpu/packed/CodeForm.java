package dev.railhead.cpu.packed;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;

/// How the codes of a chunk of a panel are stored, with the loops that read them. Immutable.
///
/// All forms keep pairs of k together, see [dev.railhead.cpu.simd.PairLanes]: a strip is 16 rows by a pair of k,
/// `byte[16][2]`, which half a vector of 512 bits holds.
abstract class CodeForm {
    static final int PANEL = PackedMatrix.PANEL;

    /// Rows of a strip.
    static final int STRIP_ROWS = 16;

    /// Bytes of a strip.
    static final int STRIP = STRIP_ROWS * 2;

    /// Bytes from one k of unpacked weights to the next.
    static final long WEIGHT_PITCH = PANEL * Float.BYTES;

    /// The smallest code.
    final int lowest;

    /// Codes that share a scale, 16 or 32.
    final int groupSize;

    CodeForm(CodeLayout layout) {
        lowest = layout.lowest();
        groupSize = layout.groupSize();
    }

    /// The form for codes of so many bits.
    static CodeForm of(CodeLayout layout) {
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
    /// @param out zeros, from `at`
    abstract void pack(PanelCodes in, int length, MemorySegment out, long at);

    /// One code, for the lookup of rows.
    abstract int code(MemorySegment data, long at, int k, int row);

    /// The codes of a chunk as floats; `float[length][PANEL]`.
    abstract void unpack(MemorySegment data, long at, int length, MemorySegment out);

    /// The exact sums of the products of a chunk's codes with a single row of activations.
    ///
    /// @param from first k of the chunk, in the row
    /// @param sums receives `float[length / groupSize][PANEL]`; holds `float[length / 16][PANEL]`
    abstract void sum(MemorySegment data, long at, int from, int length, RowInput x, float[] sums);

    static byte get(MemorySegment data, long at) {
        return data.get(JAVA_BYTE, at);
    }

    static void or(MemorySegment data, long at, int bits) {
        data.set(JAVA_BYTE, at, (byte) (get(data, at) | bits));
    }

    /// Where the byte of a row is in its strip.
    static int stripAt(int k, int row) {
        return row % STRIP_ROWS * 2 + k % 2;
    }
}
