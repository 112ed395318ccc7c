package dev.railhead.cpu.kv;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.KvLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Single precision: read where it lies.
final class F32Pages implements PageForm {
    static final PageForm INSTANCE = new F32Pages();

    private static final ValueLayout.OfFloat FLOAT = JAVA_FLOAT_UNALIGNED.withOrder(Width.ORDER);

    private F32Pages() {}

    @Override
    public void storeKey(MemorySegment page, long at, long scales, int j, float[] k, int from, int length) {
        for (int d = 0; d < length; d++) {
            page.set(FLOAT, at + ((long) d * KvLayout.PAGE_LENGTH + j) * Float.BYTES, k[from + d]);
        }
    }

    @Override
    public void storeValue(MemorySegment page, long at, long scales, int j, float[] v, int from, int length) {
        MemorySegment.copy(v, from, page, FLOAT, at + (long) j * length * Float.BYTES, length);
    }

    @Override
    public void keys(MemorySegment page, long at, long scales, int length, int queries, PageFloats out) {
        out.use(page, at);
        if (queries <= PageFloats.FEW_QUERIES) {
            out.fetch(page, at, (long) length * KvLayout.PAGE_LENGTH * Float.BYTES);
        }
    }

    @Override
    public void values(MemorySegment page, long at, long scales, int length, int count, int pitch, int queries,
            PageFloats out) {
        if (pitch == length) {
            out.use(page, at);
            if (queries <= PageFloats.FEW_QUERIES) {
                out.fetch(page, at, (long) count * length * Float.BYTES);
            }
            return;
        }
        MemorySegment rows = out.useOwn();
        for (int j = 0; j < count; j++) {
            MemorySegment.copy(page, at + (long) j * length * Float.BYTES, rows, (long) j * pitch * Float.BYTES,
                    (long) length * Float.BYTES);
        }
    }
}
