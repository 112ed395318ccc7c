package dev.railhead.core.reference;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A matrix in its file's layout, decoded row by row.
final class ReferenceMatrix implements Matrix {
    private final String name;
    private final WeightType type;
    private final MemorySegment data;
    private final int rows;
    private final int columns;
    private final long bytes;

    /// @param tensor gives name, type and shape
    /// @param data the tensor's bytes, or a copy
    /// @param bytes anonymous memory taken
    ReferenceMatrix(Tensor tensor, MemorySegment data, long bytes) {
        name = tensor.name();
        type = tensor.type();
        this.data = data;
        rows = Math.toIntExact(tensor.rows());
        columns = Math.toIntExact(tensor.columns());
        this.bytes = bytes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void row(int row, float[] out, int offset) {
        type.decode(data, row * type.bytes(columns), out, offset, columns);
    }

    /// How many activations share a scale; 0 where they stay as they are.
    int activationGroup() {
        return type.activationGroup();
    }

    boolean hasCodes() {
        return type.form() == WeightType.Form.CODES;
    }

    /// `out[r][n] = Σ_k w[n][k] · x[r][k]` with f32 weights and activations.
    void multiplyFloat(float[] x, int xRows, float[] out) {
        float[] w = new float[columns];
        for (int n = 0; n < rows; n++) {
            row(n, w, 0);
            for (int r = 0; r < xRows; r++) {
                float acc = 0f;
                for (int k = 0; k < columns; k++) {
                    acc = Math.fma(w[k], x[r * columns + k], acc);
                }
                out[r * rows + n] = acc;
            }
        }
    }

    /// `out[r][n] = Σ_k w[n][k] · x[r][k]` with integer codes: an exact sum per group, one fma per group for the scale,
    /// one for the minimum.
    void multiplyCodes(QuantizedRow[] x, int xRows, float[] out) {
        CodeLayout layout = java.util.Objects.requireNonNull(type.codes());
        int groupSize = layout.groupSize();
        int groups = columns / groupSize;
        byte[] bytes = new byte[Math.toIntExact(type.bytes(columns))];
        CodeBlocks blocks = new CodeBlocks(type, columns / type.blockSize());
        byte[] codes = blocks.codes;
        float[] scales = new float[groups];
        float[] mins = new float[groups];
        for (int n = 0; n < rows; n++) {
            decodeCodes(n, bytes, blocks, scales, mins);
            for (int r = 0; r < xRows; r++) {
                float acc = 0f;
                for (int g = 0; g < groups; g++) {
                    float d = x[r].scales[g * groupSize / x[r].groupSize];
                    float isum = 0f; // exact: below 2^24
                    float xsum = 0f;
                    for (int k = g * groupSize; k < (g + 1) * groupSize; k++) {
                        isum += codes[k] * x[r].codes[k];
                        xsum += x[r].codes[k];
                    }
                    acc = Math.fma(scales[g] * d, isum, acc);
                    if (layout.hasMins()) {
                        acc = Math.fma(mins[g], -(d * xsum), acc);
                    }
                }
                out[r * rows + n] = acc;
            }
        }
    }

    private void decodeCodes(int row, byte[] bytes, CodeBlocks blocks, float[] scales, float[] mins) {
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, (long) row * bytes.length, bytes, 0, bytes.length);
        type.decodeCodes(bytes, 0, blocks.d.length, blocks, 0);
        int groupsPerBlock = scales.length / blocks.d.length;
        for (int g = 0; g < scales.length; g++) {
            scales[g] = blocks.d[g / groupsPerBlock] * blocks.scales[g];
            mins[g] = blocks.dmin[g / groupsPerBlock] * blocks.mins[g];
        }
    }
}
