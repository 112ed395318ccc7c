package dev.railhead.core.reference;

import dev.railhead.spi.CodeBlock;
import dev.railhead.spi.WeightType;
import java.lang.foreign.MemorySegment;

/// Rows of a matrix in its file's layout.
public final class FileRows {
    private FileRows() {}

    /// As [PlainMatrix#codes].
    ///
    /// @param data the tensor's bytes
    /// @param columns values of a row
    public static void codes(WeightType type, MemorySegment data, int row, int columns, byte[] codes, float[] scales,
            float[] mins) {
        CodeBlock block = new CodeBlock(type);
        long offset = row * type.bytes(columns);
        int groupsPerBlock = block.scales.length;
        for (int b = 0; b < columns / type.blockSize(); b++) {
            type.decodeCodes(data, offset + (long) b * type.blockBytes(), block);
            System.arraycopy(block.codes, 0, codes, b * type.blockSize(), type.blockSize());
            for (int g = 0; g < groupsPerBlock; g++) {
                scales[b * groupsPerBlock + g] = block.d * block.scales[g];
                mins[b * groupsPerBlock + g] = block.dmin * block.mins[g];
            }
        }
    }
}
