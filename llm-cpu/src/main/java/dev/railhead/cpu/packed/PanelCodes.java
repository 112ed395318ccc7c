package dev.railhead.cpu.packed;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;
import dev.railhead.spi.WeightType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// A chunk of a panel of codes as the weight type decodes it: the step between a file's blocks and a packed form.
final class PanelCodes {
    private final WeightType type;
    private final CodeLayout.Scales kind;
    private final CodeBlocks blocks;
    private final int chunkLength;
    private final int blocksPerRow;
    private final int groupsPerRow;

    /// The block of each group of a row.
    private final int[] blockOfGroup;

    /// A row of the chunk in the file's layout.
    private final byte[] row;

    /// `byte[PANEL][chunkLength]`.
    final byte[] codes;

    /// Scale of each block; `float[PANEL][chunkLength / blockSize]`.
    final float[] d;

    /// Scale of the minimums, as `d`.
    final float[] dmin;

    /// Scale of each group; `byte[PANEL][chunkLength / groupSize]`.
    final byte[] scales;

    /// Minimum of each group, as `scales`.
    final byte[] mins;

    PanelCodes(WeightType type, CodeLayout layout, int chunkLength) {
        this.type = type;
        kind = layout.scales();
        this.chunkLength = chunkLength;
        blocksPerRow = chunkLength / type.blockSize();
        groupsPerRow = chunkLength / layout.groupSize();
        blockOfGroup = new int[groupsPerRow];
        for (int g = 0; g < groupsPerRow; g++) {
            blockOfGroup[g] = g * layout.groupSize() / type.blockSize();
        }
        row = new byte[Math.toIntExact(type.bytes(chunkLength))];
        blocks = new CodeBlocks(type, PackedMatrix.PANEL * blocksPerRow);
        codes = blocks.codes;
        d = blocks.d;
        dmin = blocks.dmin;
        scales = blocks.scales;
        mins = blocks.mins;
    }

    WeightType type() {
        return type;
    }

    int chunkLength() {
        return chunkLength;
    }

    /// Groups of a row of a whole chunk.
    int groups() {
        return groupsPerRow;
    }

    /// Decodes a chunk of rows that were read; rows beyond the last one are zeros.
    ///
    /// @param from first value of each row, counted from the beginning of the run
    /// @param length a whole number of blocks
    void decode(PanelBytes rows, int rowCount, int from, int length) {
        clearBeyond(rowCount);
        int at = rows.at(0, from);
        int count = length / type.blockSize();
        for (int r = 0; r < rowCount; r++) {
            type.decodeCodes(rows.bytes, at + r * rows.rowBytes(), count, blocks, r * blocksPerRow);
        }
    }

    /// Decodes a chunk of rows of a mapped file.
    ///
    /// @param offset of the chunk in the first row, in bytes
    /// @param pitch bytes from one row to the next
    /// @param length a whole number of blocks
    void decode(MemorySegment data, long offset, long pitch, int rowCount, int length) {
        clearBeyond(rowCount);
        int count = length / type.blockSize();
        for (int r = 0; r < rowCount; r++) {
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset + r * pitch, row, 0, count * type.blockBytes());
            type.decodeCodes(row, 0, count, blocks, r * blocksPerRow);
        }
    }

    private void clearBeyond(int rowCount) {
        if (rowCount < PackedMatrix.PANEL) {
            Arrays.fill(codes, (byte) 0);
            Arrays.fill(d, 0);
            Arrays.fill(dmin, 0);
            Arrays.fill(scales, (byte) 0);
            Arrays.fill(mins, (byte) 0);
        }
    }

    /// Eight codes of a row.
    long eight(int r, int k) {
        return LittleEndian.eight(codes, r * chunkLength + k);
    }

    /// `d · scale` of a group, in f32.
    float scale(int r, int group) {
        return d[r * blocksPerRow + blockOfGroup[group]]
                * kind.value(scales[r * groupsPerRow + group]);
    }

    /// The scale of a group as the file has it.
    byte scaleCode(int r, int group) {
        return scales[r * groupsPerRow + group];
    }

    /// `dmin · min` of a group, in f32.
    float min(int r, int group) {
        return dmin[r * blocksPerRow + blockOfGroup[group]] * mins[r * groupsPerRow + group];
    }
}
