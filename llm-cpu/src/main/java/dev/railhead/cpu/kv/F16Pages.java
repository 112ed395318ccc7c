package dev.railhead.cpu.kv;

import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.railhead.cpu.simd.HalfLanes;
import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.KvLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Half precision. What doesn't fit is stored as NaN, so infinities are never met when reading.
final class F16Pages implements PageForm {
    static final PageForm INSTANCE = new F16Pages();

    private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(Width.ORDER);
    private static final short NAN = 0x7E00;
    private static final int EXPONENT = 0x7C00;

    private F16Pages() {}

    private static short half(float x) {
        short half = Float.floatToFloat16(x);
        return (half & EXPONENT) == EXPONENT ? NAN : half;
    }

    @Override
    public void storeKey(MemorySegment page, long at, long scales, int j, float[] k, int from, int length) {
        for (int d = 0; d < length; d++) {
            page.set(SHORT, at + ((long) d * KvLayout.PAGE_LENGTH + j) * Short.BYTES, half(k[from + d]));
        }
    }

    @Override
    public void storeValue(MemorySegment page, long at, long scales, int j, float[] v, int from, int length) {
        for (int d = 0; d < length; d++) {
            page.set(SHORT, at + ((long) j * length + d) * Short.BYTES, half(v[from + d]));
        }
    }

    @Override
    public void keys(MemorySegment page, long at, long scales, int length, int queries, PageFloats out) {
        if (queries <= PageFloats.FEW_QUERIES) {
            out.useHalves(page, at);
            out.fetch(page, at, (long) length * KvLayout.PAGE_LENGTH * Short.BYTES);
        } else {
            HalfLanes.widen(page, at, length * KvLayout.PAGE_LENGTH, out.useOwn(), 0);
        }
    }

    @Override
    public void values(MemorySegment page, long at, long scales, int length, int count, int pitch, int queries,
            PageFloats out) {
        if (pitch == length && queries <= PageFloats.FEW_QUERIES) {
            out.useHalves(page, at);
            out.fetch(page, at, (long) count * length * Short.BYTES);
            return;
        }
        MemorySegment rows = out.useOwn();
        if (pitch == length) {
            HalfLanes.widen(page, at, count * length, rows, 0);
            return;
        }
        for (int j = 0; j < count; j++) {
            HalfLanes.widen(page, at + (long) j * length * Short.BYTES, length, rows, (long) j * pitch * Float.BYTES);
        }
    }
}
