package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;

/// 32 values `d · T[q]` with the table of [Tables#IQ4]: f16 d, 16 bytes of nibbles, value j in the low one of byte j and value
/// j + 16 in the high one.
final class IQ4_NL extends CodeType {
    private static final int D_BYTES = 2;
    private static final int LARGEST = 127;

    IQ4_NL() {
        super("IQ4_NL", 20, 32, 18, new CodeLayout(Tables.IQ4, 32, CodeLayout.Scales.HALF, 1f));
    }

    @Override
    void unpack(byte[] block, int at, CodeBlocks out, int index) {
        out.d[index] = Bytes.half(block, at);
        out.scales[index] = 1;
        Tables.unpack(Tables.IQ4, block, at + D_BYTES, 16, out.codes, index * blockSize());
    }

    @Override
    void pack(float[] in, int from, byte[] block, int at) {
        float d = Bytes.putHalf(block, at, Rounding.signedScale(in, from, blockSize(), LARGEST));
        Tables.pack(Tables.IQ4, in, from, Rounding.inverse(d), block, at + D_BYTES, 16);
    }
}
