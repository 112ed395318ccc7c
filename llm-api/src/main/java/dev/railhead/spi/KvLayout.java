package dev.railhead.spi;

/// Where keys and values lie in a page of the KV cache. A page holds [#PAGE_LENGTH] consecutive positions of one
/// sequence, for all layers, as little-endian f32. Immutable.
///
/// For each layer and kv head the page holds first the keys as [keyLength][PAGE_LENGTH] (positions are neighbours, so
/// that the scores of neighbouring positions are the lanes of a vector), then the values as [PAGE_LENGTH][valueLength].
public final class KvLayout {
    /// Positions in a page. 64 is four vectors of 512 bits, and keys and values of a head of 64 fill 32 KiB, the first
    /// level cache of most processors.
    public static final int PAGE_LENGTH = 64;

    private final int[] kvHeadCount;
    private final int[] keyLength;
    private final int[] valueLength;
    private final long[] layerOffset;

    /// Each array has one entry per layer.
    ///
    /// @param kvHeadCount kv heads, 0 for a layer without attention
    /// @param keyLength values of a key head
    /// @param valueLength values of a value head
    public KvLayout(int[] kvHeadCount, int[] keyLength, int[] valueLength) {
        this.kvHeadCount = kvHeadCount.clone();
        this.keyLength = keyLength.clone();
        this.valueLength = valueLength.clone();
        layerOffset = new long[kvHeadCount.length + 1];
        for (int layer = 0; layer < kvHeadCount.length; layer++) {
            layerOffset[layer + 1] = Math.addExact(layerOffset[layer],
                    Math.multiplyExact((long) kvHeadCount[layer], headBytes(layer)));
        }
    }

    /// Number of layers.
    public int layers() {
        return kvHeadCount.length;
    }

    /// Bytes of a page.
    public long pageBytes() {
        return layerOffset[layers()];
    }

    /// Byte offset in the page of the keys of a head: the value d of position j is at `+ (d · PAGE_LENGTH + j) · 4`.
    public long keyOffset(int layer, int kvHead) {
        return layerOffset[layer] + kvHead * headBytes(layer);
    }

    /// Byte offset in the page of the values of a head: the value d of position j is at `+ (j · valueLength + d) · 4`.
    public long valueOffset(int layer, int kvHead) {
        return keyOffset(layer, kvHead) + (long) keyLength[layer] * PAGE_LENGTH * Float.BYTES;
    }

    private long headBytes(int layer) {
        return ((long) keyLength[layer] + valueLength[layer]) * PAGE_LENGTH * Float.BYTES;
    }
}
