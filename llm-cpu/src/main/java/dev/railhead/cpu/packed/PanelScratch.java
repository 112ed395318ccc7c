package dev.railhead.cpu.packed;

import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.WeightType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The working memory of one thread: a chunk of a panel, unpacked. Weights are off-heap, as packed weights are, so that
/// the kernels see one kind of segment only.
public final class PanelScratch implements AutoCloseable {
    /// The smallest group of codes.
    static final int MIN_GROUP = 16;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment own;

    /// Holds the weights, `float[chunk][PANEL]` from the byte [#offset]: this scratch or the matrix itself.
    public MemorySegment weights;

    /// Where the weights begin, in bytes.
    public long offset;

    /// Scales of the groups, `float[chunk / groupSize][PANEL]`.
    public final float[] scales;

    /// Minimums of the groups, as `scales`.
    public final float[] mins;

    /// Sums of the groups of a tile; `short[chunk / groupSize][size][PANEL]`. Of a single row two for a group, where one does
    /// not hold it.
    final short[] shortSums;

    /// Unpacked weights on the heap, `float[chunk][PANEL]`, for forms that are unpacked value by value.
    final float[] staging;

    /// A row of a chunk; `float[chunk]`.
    final float[] row;

    /// Of [dev.railhead.cpu.simd.Prefetch].
    int prefetched;

    private @Nullable PanelCodes codes;

    /// @param chunkLength largest chunk
    public PanelScratch(int chunkLength) {
        int values = Math.multiplyExact(chunkLength, PackedMatrix.PANEL);
        own = arena.allocate((long) values * Float.BYTES, 64);
        weights = own;
        scales = new float[values / MIN_GROUP];
        mins = new float[values / MIN_GROUP];
        shortSums = new short[values / MIN_GROUP * Width.TILE_ROWS];
        staging = new float[values];
        row = new float[chunkLength];
    }

    /// The largest chunk that fits.
    public int chunkLength() {
        return staging.length / PackedMatrix.PANEL;
    }

    /// Makes this scratch hold the weights.
    public MemorySegment useOwn() {
        weights = own;
        offset = 0;
        return own;
    }

    /// A buffer for codes of a type.
    PanelCodes codes(WeightType type, int chunkLength) {
        PanelCodes buffer = codes;
        if (buffer == null || buffer.type() != type || buffer.chunkLength() != chunkLength) {
            buffer = new PanelCodes(type, CodeMatrix.layout(type), chunkLength);
            codes = buffer;
        }
        return buffer;
    }

    @Override
    public void close() {
        arena.close();
    }
}
