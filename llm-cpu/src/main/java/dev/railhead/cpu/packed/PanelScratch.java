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

    /// The largest panel of floats that is copied as a whole for a single row of activations: what a second level cache holds.
    /// Larger ones take the way of many rows, chunk by chunk.
    static final int STAGED_BYTES = 1 << 20;

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

    /// Sums of the groups, for a single row of activations.
    final float[] sums;

    /// Sums of the groups of a tile; `short[chunk / groupSize][size][PANEL]`. Of a single row also sums of parts of groups.
    final short[] shortSums;

    /// Unpacked weights on the heap, `float[chunk][PANEL]`, for forms that are unpacked value by value.
    final float[] staging;

    /// A row of a chunk; `float[chunk]`.
    final float[] row;

    /// Of [dev.railhead.cpu.simd.Prefetch].
    int prefetched;

    private @Nullable PanelCodes codes;
    private @Nullable MemorySegment staged;

    /// @param chunkLength largest chunk
    public PanelScratch(int chunkLength) {
        int values = Math.multiplyExact(chunkLength, PackedMatrix.PANEL);
        own = arena.allocate((long) values * Float.BYTES, 64);
        weights = own;
        scales = new float[values / MIN_GROUP];
        mins = new float[values / MIN_GROUP];
        sums = new float[values / MIN_GROUP];
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

    /// Copies packed bytes from a mapped file into memory. A page of a mapping can be gone when it is read, as when the file
    /// was truncated: the JVM makes an `InternalError` of that while it copies, but ends while it runs a vector load. So kernels
    /// are never given a mapping.
    ///
    /// @return holds the bytes from 0 until the next call
    MemorySegment stage(MemorySegment data, long at, long bytes) {
        MemorySegment buffer = staged;
        if (buffer == null || buffer.byteSize() < bytes) {
            buffer = arena.allocate(bytes, 64);
            staged = buffer;
        }
        MemorySegment.copy(data, at, buffer, 0, bytes);
        return buffer;
    }

    @Override
    public void close() {
        arena.close();
    }
}
