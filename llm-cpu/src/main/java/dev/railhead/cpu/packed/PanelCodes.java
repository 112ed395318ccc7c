package dev.railhead.cpu.packed;

import dev.railhead.spi.CodeBlock;
import dev.railhead.spi.CodeLayout;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;
import java.util.Arrays;

/// A chunk of a panel of codes as the weight type decodes it: the step between a file's blocks and a packed form.
final class PanelCodes {
    private final WeightType type;
    private final CodeBlock block;
    private final int groupSize;
    private final int chunkLength;

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
        this.chunkLength = chunkLength;
        groupSize = layout.groupSize();
        block = new CodeBlock(type);
        codes = new byte[PackedMatrix.PANEL * chunkLength];
        d = new float[PackedMatrix.PANEL * blocks()];
        dmin = new float[d.length];
        scales = new byte[PackedMatrix.PANEL * groups()];
        mins = new byte[scales.length];
    }

    WeightType type() {
        return type;
    }

    int chunkLength() {
        return chunkLength;
    }

    /// Groups of a row of a whole chunk.
    int groups() {
        return chunkLength / groupSize;
    }

    /// Blocks of a row of a whole chunk.
    int blocks() {
        return chunkLength / type.blockSize();
    }

    /// Reads a chunk; rows beyond the last one are zeros.
    void read(Tensor tensor, int firstRow, int rowCount, int from, int length) {
        if (rowCount < PackedMatrix.PANEL) {
            Arrays.fill(codes, (byte) 0);
            Arrays.fill(d, 0);
            Arrays.fill(dmin, 0);
            Arrays.fill(scales, (byte) 0);
            Arrays.fill(mins, (byte) 0);
        }
        for (int r = 0; r < rowCount; r++) {
            readRow(tensor, r, (firstRow + r) * tensor.columns() + from, length);
        }
    }

    private void readRow(Tensor tensor, int r, long firstValue, int length) {
        int blockSize = type.blockSize();
        int groupsPerBlock = block.scales.length;
        for (int b = 0; b < length / blockSize; b++) {
            type.decodeCodes(tensor.data(), type.bytes(firstValue + (long) b * blockSize), block);
            System.arraycopy(block.codes, 0, codes, r * chunkLength + b * blockSize, blockSize);
            d[r * blocks() + b] = block.d;
            dmin[r * blocks() + b] = block.dmin;
            System.arraycopy(block.scales, 0, scales, r * groups() + b * groupsPerBlock, groupsPerBlock);
            System.arraycopy(block.mins, 0, mins, r * groups() + b * groupsPerBlock, groupsPerBlock);
        }
    }

    /// `d · scale` of a group, in f32.
    float scale(int row, int group) {
        return d[row * blocks() + group * groupSize / type.blockSize()] * scales[row * groups() + group];
    }

    /// `dmin · min` of a group, in f32.
    float min(int row, int group) {
        return dmin[row * blocks() + group * groupSize / type.blockSize()] * mins[row * groups() + group];
    }
}
