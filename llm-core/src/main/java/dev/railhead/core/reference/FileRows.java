package dev.railhead.core.reference;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;
import dev.railhead.spi.WeightType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Rows of a matrix in its file's layout.
public final class FileRows {
    private FileRows() {}

    /// As [PlainMatrix#codes].
    ///
    /// @param data the tensor's bytes
    /// @param columns values of a row
    public static void codes(WeightType type, MemorySegment data, int row, int columns, byte[] codes, float[] scales,
            float[] mins) {
        byte[] bytes = new byte[Math.toIntExact(type.bytes(columns))];
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, (long) row * bytes.length, bytes, 0, bytes.length);
        CodeBlocks blocks = new CodeBlocks(type, columns / type.blockSize());
        type.decodeCodes(bytes, 0, blocks.d.length, blocks, 0);
        System.arraycopy(blocks.codes, 0, codes, 0, columns);
        CodeLayout.Scales kind = Objects.requireNonNull(type.codes()).scales();
        int groupsPerBlock = blocks.scales.length / blocks.d.length;
        for (int g = 0; g < blocks.scales.length; g++) {
            scales[g] = blocks.d[g / groupsPerBlock] * kind.value(blocks.scales[g]);
            mins[g] = blocks.dmin[g / groupsPerBlock] * blocks.mins[g];
        }
    }
}
