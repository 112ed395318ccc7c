package dev.railhead.spi;

import dev.railhead.KvCacheType;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/// Where keys and values lie in a page of the KV cache. Numbers are little-endian. Immutable.
///
/// Layers that need the same positions form a group: those that see all positions, and those with the same sliding window.
/// A page holds [#PAGE_LENGTH] consecutive positions of one sequence, for all layers of a group; a sequence keeps pages of
/// each group for as long as that group needs them. A layer without kv heads is in no group.
///
/// For each layer of the group and kv head the page holds, one after the other:
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
    private final int[] windows; // [layers]
    private final int[] groups; // [layers], -1 for a layer without kv heads
    private final int[] groupWindows; // [groups]
    private final long[] pageBytes; // [groups]
    private final long[] layerOffset; // [layers], in the page of the layer's group

    /// A layout with [KvCacheType#F32] and without windows. Each array has one entry per layer.
    ///
    /// @param kvHeadCount kv heads, 0 for a layer without attention
    /// @param keyLength values of a key head
    /// @param valueLength values of a value head
    public KvLayout(int[] kvHeadCount, int[] keyLength, int[] valueLength) {
        this(KvCacheType.F32, kvHeadCount.clone(), keyLength.clone(), valueLength.clone(),
                new int[kvHeadCount.length]);
    }

    private KvLayout(KvCacheType type, int[] kvHeadCount, int[] keyLength, int[] valueLength, int[] windows) {
        this.type = Objects.requireNonNull(type, "type");
        this.kvHeadCount = kvHeadCount;
        this.keyLength = keyLength;
        this.valueLength = valueLength;
        this.windows = windows;
        groupWindows = IntStream.range(0, layers()).filter(layer -> kvHeadCount[layer] > 0).map(layer -> windows[layer])
                .distinct().toArray();
        groups = new int[layers()];
        pageBytes = new long[groupWindows.length];
        layerOffset = new long[layers()];
        for (int layer = 0; layer < layers(); layer++) {
            int group = kvHeadCount[layer] > 0 ? groupOf(windows[layer]) : -1;
            groups[layer] = group;
            if (group >= 0) {
                layerOffset[layer] = pageBytes[group];
                pageBytes[group] = Math.addExact(pageBytes[group],
                        Math.multiplyExact((long) kvHeadCount[layer], headBytes(layer)));
            }
        }
    }

    private int groupOf(int window) {
        int group = 0;
        while (groupWindows[group] != window) {
            group++;
        }
        return group;
    }

    /// The layout of the same heads with elements of another type.
    public KvLayout withType(KvCacheType elements) {
        return new KvLayout(elements, kvHeadCount, keyLength, valueLength, windows);
    }

    /// The layout of the same heads in layers that see only the last positions.
    ///
    /// @param positions for each layer how many positions up to its own a query sees, as [AttentionMask#window()] of a
    ///     causal mask; 0 if it sees all
    /// @throws IllegalArgumentException if there is not one window per layer, or one is negative
    public KvLayout withWindows(int[] positions) {
        if (positions.length != layers()) {
            throw new IllegalArgumentException(
                    "windows: expected one for each of " + layers() + " layers, found " + positions.length);
        }
        for (int window : positions) {
            if (window < 0) {
                throw new IllegalArgumentException("window: expected 0 or more, found " + window);
            }
        }
        return new KvLayout(type, kvHeadCount, keyLength, valueLength, positions.clone());
    }

    /// The type of the elements.
    public KvCacheType type() {
        return type;
    }

    /// Number of layers.
    public int layers() {
        return kvHeadCount.length;
    }

    /// Number of groups: 1 for a model without windows, 0 if no layer has kv heads.
    public int groups() {
        return groupWindows.length;
    }

    /// The group of a layer, 0 to [#groups()] − 1 in the order of their first layers; -1 for a layer without kv heads.
    public int group(int layer) {
        return groups[layer];
    }

    /// How many positions up to its own a query of a group sees; 0 if it sees all.
    public int window(int group) {
        return groupWindows[group];
    }

    /// Bytes of a page of a group.
    public long pageBytes(int group) {
        return pageBytes[group];
    }

    /// Bytes of [#PAGE_LENGTH] positions in all layers: one page of each group.
    public long pageBytes() {
        return Arrays.stream(pageBytes).sum();
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
