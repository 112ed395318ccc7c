package dev.railhead.core.reference;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.railhead.KvCacheType;
import dev.railhead.spi.KvLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Keys and values of one layer and kv head in a page, one number at a time.
final class ReferencePage {
    private static final ValueLayout.OfFloat FLOAT = JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int PAGE = KvLayout.PAGE_LENGTH;

    /// What a number becomes that half precision can't hold.
    private static final short HALF_NAN = 0x7E00;

    private final MemorySegment page;
    private final KvCacheType type;
    private final long keys;
    private final long keyScales;
    private final long values;
    private final long valueScales;

    ReferencePage(KvLayout layout, int layer, int kvHead, MemorySegment page) {
        this.page = page;
        type = layout.type();
        keys = layout.keyOffset(layer, kvHead);
        keyScales = layout.keyScaleOffset(layer, kvHead);
        values = layout.valueOffset(layer, kvHead);
        valueScales = layout.valueScaleOffset(layer, kvHead);
    }

    /// Stores the key of position j of the page: `keyLength` numbers of `k` from `from`.
    void storeKey(int j, float[] k, int from, int keyLength) {
        for (int first = 0; first < keyLength; first += KvLayout.BLOCK) {
            int count = Math.min(KvLayout.BLOCK, keyLength - first);
            float d = scale(k, from + first, count, keyScales, first / KvLayout.BLOCK * (long) PAGE + j);
            for (int i = first; i < first + count; i++) {
                set(keys, (long) i * PAGE + j, k[from + i], d);
            }
        }
    }

    /// Stores the value of position j of the page: `valueLength` numbers of `v` from `from`.
    void storeValue(int j, float[] v, int from, int valueLength) {
        for (int first = 0; first < valueLength; first += KvLayout.BLOCK) {
            int count = Math.min(KvLayout.BLOCK, valueLength - first);
            float d = scale(v, from + first, count, valueScales,
                    (long) j * KvLayout.blocks(valueLength) + first / KvLayout.BLOCK);
            for (int i = first; i < first + count; i++) {
                set(values, (long) j * valueLength + i, v[from + i], d);
            }
        }
    }

    /// Number d of the key of position j.
    float key(int j, int d) {
        return get(keys, (long) d * PAGE + j, keyScales, d / KvLayout.BLOCK * (long) PAGE + j);
    }

    /// Number d of the value of position j.
    float value(int j, int d, int valueLength) {
        return get(values, (long) j * valueLength + d, valueScales,
                (long) j * KvLayout.blocks(valueLength) + d / KvLayout.BLOCK);
    }

    /// Stores the scale of a block, if the type has any, and returns it.
    private float scale(float[] x, int from, int count, long scales, long index) {
        if (type != KvCacheType.Q8_0) {
            return 1f;
        }
        float amax = 0f;
        for (int i = from; i < from + count; i++) {
            amax = Math.max(amax, Math.abs(x[i]));
        }
        float d = amax / 127f;
        d = d < Arithmetic.TINY_SCALE ? 0f : d;
        page.set(FLOAT, scales + index * Float.BYTES, d);
        return d;
    }

    private void set(long at, long index, float x, float d) {
        switch (type) {
            case F32 -> page.set(FLOAT, at + index * Float.BYTES, x);
            case F16 -> {
                short half = Float.floatToFloat16(x);
                boolean finite = Float.isFinite(Float.float16ToFloat(half));
                page.set(SHORT, at + index * Short.BYTES, finite ? half : HALF_NAN);
            }
            case Q8_0 -> {
                float id = d == 0f ? 0f : 1f / d;
                float code = (x * id + Arithmetic.ROUND) - Arithmetic.ROUND;
                page.set(JAVA_BYTE, at + index, (byte) code); // NaN becomes 0
            }
        }
    }

    private float get(long at, long index, long scales, long scaleIndex) {
        return switch (type) {
            case F32 -> page.get(FLOAT, at + index * Float.BYTES);
            case F16 -> Float.float16ToFloat(page.get(SHORT, at + index * Short.BYTES));
            case Q8_0 -> page.get(FLOAT, scales + scaleIndex * Float.BYTES) * page.get(JAVA_BYTE, at + index);
        };
    }
}
