package dev.railhead.cpu.kv;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.railhead.cpu.simd.ByteLanes;
import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.KvLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// 8-bit codes in blocks of 32 along the head that share a scale. Storing is scalar: a row is stored once and read by every
/// row after it.
final class Q8_0Pages implements PageForm {
    static final PageForm INSTANCE = new Q8_0Pages();

    private static final ValueLayout.OfFloat FLOAT = JAVA_FLOAT_UNALIGNED.withOrder(Width.ORDER);
    private static final int PAGE = KvLayout.PAGE_LENGTH;
    private static final int BLOCK = KvLayout.BLOCK;
    private static final float MAX = 127f;

    /// Adding and subtracting 1.5 · 2^23 rounds to the nearest integer, ties to even.
    private static final float ROUND = 12582912f;

    /// Scales below count as zero: their inverse would be near infinity.
    private static final float TINY_SCALE = 0x1p-100f;

    private Q8_0Pages() {}

    /// The scale of a block.
    private static float scale(float[] x, int from, int count) {
        float amax = 0f;
        for (int i = from; i < from + count; i++) {
            amax = Math.max(amax, Math.abs(x[i]));
        }
        float d = amax / MAX;
        return d < TINY_SCALE ? 0f : d;
    }

    /// The code of a number; no number counts as 0.
    private static byte code(float x, float id) {
        return (byte) (int) ((x * id + ROUND) - ROUND);
    }

    private static float inverse(float d) {
        return d == 0f ? 0f : 1f / d;
    }

    @Override
    public void storeKey(MemorySegment page, long at, long scales, int j, float[] k, int from, int length) {
        for (int block = 0; block * BLOCK < length; block++) {
            int first = block * BLOCK;
            int end = Math.min(first + BLOCK, length);
            float d = scale(k, from + first, end - first);
            float id = inverse(d);
            page.set(FLOAT, scales + ((long) block * PAGE + j) * Float.BYTES, d);
            for (int i = first; i < end; i++) {
                page.set(JAVA_BYTE, at + (long) i * PAGE + j, code(k[from + i], id));
            }
        }
    }

    @Override
    public void storeValue(MemorySegment page, long at, long scales, int j, float[] v, int from, int length) {
        for (int block = 0; block * BLOCK < length; block++) {
            int first = block * BLOCK;
            int end = Math.min(first + BLOCK, length);
            float d = scale(v, from + first, end - first);
            float id = inverse(d);
            page.set(FLOAT, scales + ((long) j * KvLayout.blocks(length) + block) * Float.BYTES, d);
            for (int i = first; i < end; i++) {
                page.set(JAVA_BYTE, at + (long) j * length + i, code(v[from + i], id));
            }
        }
    }

    @Override
    public void keys(MemorySegment page, long at, long scales, int length, int queries, PageFloats out) {
        MemorySegment rows = out.useOwn();
        for (int d = 0; d < length; d++) {
            ByteLanes.widen(page, at + (long) d * PAGE, scales + (long) (d / BLOCK) * PAGE * Float.BYTES, PAGE, rows,
                    (long) d * PAGE * Float.BYTES);
        }
    }

    @Override
    public void values(MemorySegment page, long at, long scales, int length, int count, int pitch, int queries,
            PageFloats out) {
        MemorySegment rows = out.useOwn();
        int blocks = KvLayout.blocks(length);
        for (int j = 0; j < count; j++) {
            for (int block = 0; block < blocks; block++) {
                float d = page.get(FLOAT, scales + ((long) j * blocks + block) * Float.BYTES);
                int first = block * BLOCK;
                ByteLanes.widen(page, at + (long) j * length + first, d, Math.min(BLOCK, length - first), rows,
                        ((long) j * pitch + first) * Float.BYTES);
            }
        }
    }
}
