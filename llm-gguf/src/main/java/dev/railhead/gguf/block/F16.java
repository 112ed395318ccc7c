package dev.railhead.gguf.block;

/// Little-endian IEEE 754 half precision.
final class F16 extends HalfType {
    F16() {
        super(Form.F16, 1);
    }

    @Override
    void widen(short[] in, float[] out, int outOffset, int count) {
        for (int i = 0; i < count; i++) {
            out[outOffset + i] = Float.float16ToFloat(in[i]);
        }
    }

    @Override
    void narrow(float[] in, int inOffset, short[] out, int count) {
        for (int i = 0; i < count; i++) {
            out[i] = Float.floatToFloat16(in[inOffset + i]);
        }
    }
}
