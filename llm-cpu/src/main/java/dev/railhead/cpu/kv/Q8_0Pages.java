package dev.railhead.cpu.kv;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.railhead.cpu.simd.ByteLanes;
import dev.railhead.cpu.simd.ScalarQuantizer;
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

    private Q8_0Pages() {}

    /// The code of a number; no number counts as 0.
    private static byte code(float x, float id) {
        return (byte) (int) ScalarQuantizer.code(x, id);
    }

    @Override
    public void storeKey(MemorySegment page, long at, long scales, int j, float[] k, int from, int length) {
        for (int block = 0; block * BLOCK < length; block++) {
            int first = block * BLOCK;
            int end = Math.min(first + BLOCK, length);
            float d = ScalarQuantizer.scale(k, from + first, end - first);
            float id = ScalarQuantizer.inverse(d);
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
            float d = ScalarQuantizer.scale(v, from + first, end - first);
            float id = ScalarQuantizer.inverse(d);
            page.set(FLOAT, scales + ((long) j * KvLayout.blocks(length) + block) * Float.BYTES, d);
            for (int i = first; i < end; i++) {
                page.set(JAVA_BYTE, at + (long) j * length + i, code(v[from + i], id));
            }
        }
    }

    @Override
    public void keys(MemorySegment page, long at, long scales, int length, int queries, PageFloats out) {
        if (queries <= PageFloats.FEW_QUERIES) {
            out.fetch(page, at, (long) length * PAGE);
        }
        ByteLanes.widenColumns(page, at, scales, length, PAGE, BLOCK, out.useOwn());
    }

    @Override
    public void values(MemorySegment page, long at, long scales, int length, int count, int pitch, int queries,
            PageFloats out) {
        MemorySegment rows = out.useOwn();
        long scalesPitch = (long) KvLayout.blocks(length) * Float.BYTES;
        for (int j = 0; j < count; j++) {
            ByteLanes.widenRow(page, at + (long) j * length, scales + j * scalesPitch, length, BLOCK, rows,
                    (long) j * pitch * Float.BYTES);
        }
    }
}
