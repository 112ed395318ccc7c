package dev.railhead.spi;

import dev.railhead.KvCacheType;
import java.util.Objects;

/// Where keys and values lie in a page of the KV cache. A page holds [#PAGE_LENGTH] consecutive positions of one
/// sequence, for all layers. Numbers are little-endian. Immutable.
///
/// For each layer and kv head the page holds, one after the other:
///
/// | part | shape | elements |
/// | --- | --- | --- |
/// | keys | `[keyLength][PAGE_LENGTH]` | f32, f16 or signed bytes, as [#type()] says |
/// | scales of the keys, Q8_0 only | `[blocks(keyLength)][PAGE_LENGTH]` | f32 |
/// | values | `[PAGE_LENGTH][valueLength]` | as the keys |
/// | scales of the values, Q8_0 only | `[PAGE_LENGTH][blocks(valueLength)]` | f32 |
///
/// Positions are neighbours in the keys, so that the scores of neighbouring positions are the lanes of a vector.
public final class KvLayout {
    /// Positions in a page. 64 is four vectors of 512 bits, and keys and values of a head of 64 fill 32 KiB in single
    /// precision, the first level cache of most processors.
    public static final int PAGE_LENGTH = 64;

    /// Neighbouring values of a head that share a scale with [KvCacheType#Q8_0]; the last block of a head may be shorter.
    public static final int BLOCK = 32;

    private final KvCacheType type;
    private final int[] kvHeadCount;
    private final int[] keyLength;
    private final int[] valueLength;
    private final long[] layerOffset;

    /// A layout with [KvCacheType#F32]. Each array has one entry per layer.
    ///
    /// @param kvHeadCount kv heads, 0 for a layer without attention
    /// @param keyLength values of a key head
    /// @param valueLength values of a value head
    public KvLayout(int[] kvHeadCount, int[] keyLength, int[] valueLength) {
        this(KvCacheType.F32, kvHeadCount.clone(), keyLength.clone(), valueLength.clone());
    }

    private KvLayout(KvCacheType type, int[] kvHeadCount, int[] keyLength, int[] valueLength) {
        this.type = Objects.requireNonNull(type, "type");
        this.kvHeadCount = kvHeadCount;
        this.keyLength = keyLength;
        this.valueLength = valueLength;
        layerOffset = new long[kvHeadCount.length + 1];
        for (int layer = 0; layer < kvHeadCount.length; layer++) {
            layerOffset[layer + 1] = Math.addExact(layerOffset[layer],
                    Math.multiplyExact((long) kvHeadCount[layer], headBytes(layer)));
        }
    }

    /// The layout of the same heads with elements of another type.
    public KvLayout withType(KvCacheType elements) {
        return new KvLayout(elements, kvHeadCount, keyLength, valueLength);
    }

    /// The type of the elements.
    public KvCacheType type() {
        return type;
    }

    /// Number of layers.
    public int layers() {
        return kvHeadCount.length;
    }

    /// Bytes of a page.
    public long pageBytes() {
        return layerOffset[layers()];
    }

    /// Byte offset in the page of the keys of a head: the value d of position j is element `d · PAGE_LENGTH + j`.
    public long keyOffset(int layer, int kvHead) {
        return layerOffset[layer] + kvHead * headBytes(layer);
    }

    /// Byte offset in the page of the scales of the keys of a head: that of the value d of position j is element
    /// `d / BLOCK · PAGE_LENGTH + j`.
    public long keyScaleOffset(int layer, int kvHead) {
        return keyOffset(layer, kvHead) + elementBytes(keyLength[layer]);
    }

    /// Byte offset in the page of the values of a head: the value d of position j is element `j · valueLength + d`.
    public long valueOffset(int layer, int kvHead) {
        return keyScaleOffset(layer, kvHead) + scaleBytes(keyLength[layer]);
    }

    /// Byte offset in the page of the scales of the values of a head: that of the value d of position j is element
    /// `j · blocks(valueLength) + d / BLOCK`.
    public long valueScaleOffset(int layer, int kvHead) {
        return valueOffset(layer, kvHead) + elementBytes(valueLength[layer]);
    }

    /// Number of blocks of a head of so many values.
    public static int blocks(int headLength) {
        return Math.ceilDiv(headLength, BLOCK);
    }

    private long headBytes(int layer) {
        return elementBytes(keyLength[layer]) + scaleBytes(keyLength[layer]) + elementBytes(valueLength[layer])
                + scaleBytes(valueLength[layer]);
    }

    private long elementBytes(int headLength) {
        int bytes = switch (type) {
            case F32 -> Float.BYTES;
            case F16 -> Short.BYTES;
            case Q8_0 -> Byte.BYTES;
        };
        return (long) headLength * PAGE_LENGTH * bytes;
    }

    private long scaleBytes(int headLength) {
        return type == KvCacheType.Q8_0 ? (long) blocks(headLength) * PAGE_LENGTH * Float.BYTES : 0;
    }
}
