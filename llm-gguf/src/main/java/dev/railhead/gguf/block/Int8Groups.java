package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;
import java.util.Arrays;

/// The int8 weights of llama2.c's version 2, the scale beside each group: f32 d, then one signed byte for each value.
/// The values of a block are `d · q`. Not a GGUF type.
public final class Int8Groups extends CodeType {
    /// Values per group of the codes; the size of a block is a multiple of it.
    public static final int UNIT = 32;

    private static final int MAX = 127;

    /// @param groupSize the file's group size, a multiple of [#UNIT]
    public Int8Groups(int groupSize) {
        super("INT8_G" + groupSize, -1, groupSize, Float.BYTES + groupSize,
                new CodeLayout(8, -128, UNIT, false, CodeLayout.Scales.FLOAT));
        if (groupSize <= 0 || groupSize % UNIT != 0) {
            throw new IllegalArgumentException("groupSize: expected a multiple of " + UNIT + ", found " + groupSize);
        }
    }

    /// llama2.c quantizes activations in the groups of its weights.
    @Override
    public int activationGroup() {
        return blockSize();
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.float32(block, at);
        int groups = blockSize() / UNIT;
        Arrays.fill(out.scales, index * groups, (index + 1) * groups, (byte) 1);
        System.arraycopy(block, at + Float.BYTES, out.codes, index * blockSize(), blockSize());
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float d = Math.abs(Rounding.extreme(in, from, blockSize())) / MAX;
        Bytes.putFloat32(block, at, d);
        float inverse = Rounding.inverse(d);
        for (int i = 0; i < blockSize(); i++) {
            block[at + Float.BYTES + i] = (byte) Rounding.code(in[from + i], inverse, -MAX, MAX);
        }
    }
}
