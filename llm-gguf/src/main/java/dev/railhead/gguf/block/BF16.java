package dev.railhead.gguf.block;

/// The upper half of a little-endian IEEE 754 single.
final class BF16 extends HalfType {
    BF16() {
        super(Form.BF16, 30);
    }

    @Override
    void widen(short[] in, float[] out, int outOffset, int count) {
        for (int i = 0; i < count; i++) {
            out[outOffset + i] = Float.intBitsToFloat(in[i] << 16);
        }
    }

    @Override
    void narrow(float[] in, int inOffset, short[] out, int count) {
        for (int i = 0; i < count; i++) {
            int bits = Float.floatToIntBits(in[inOffset + i]);
            // Adding half of the last place, less one for an even result, carries into the exponent where it must.
            out[i] = (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
        }
    }
}
