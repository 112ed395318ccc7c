package dev.railhead.cpu.packed;

import dev.railhead.cpu.simd.FloatTile;
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

    /// Rows that a tile takes at once. What it reads again and again for one tile of activations after the other is in one
    /// piece: with the rows of other tiles in between it would fill every other line of the first level cache only.
    static final int SLICE_ROWS = FloatTile.ROWS;

    /// Bytes from one k of a slice to the next when it is in one piece.
    static final long SLICE_PITCH = SLICE_ROWS * Float.BYTES;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment own;

    /// Holds the packed bytes of the chunk that was begun, see [#begin].
    MemorySegment packed;

    /// Where they begin, in bytes.
    long packedAt;

    /// Where in [#packed] the codes begin, of forms that have scales before them.
    long codesAt;

    /// Holds the weights, cut into slices of [#SLICE_ROWS] rows: this scratch or the packed bytes.
    public MemorySegment weights;

    /// Where the weights begin, in bytes.
    public long offset;

    /// Whether the weights are signed bytes, else floats or, for 4-bit codes, shorts.
    public boolean bytes;

    /// Bytes from one k of a slice to the next.
    public long pitch;

    /// Bytes from one slice to the next.
    public long slicePitch;

    /// Codes that a table made bytes of, `byte[chunk][PANEL]`.
    final MemorySegment lookedUp;

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
    private @Nullable MemorySegment copy;

    /// @param chunkLength largest chunk
    public PanelScratch(int chunkLength) {
        int values = Math.multiplyExact(chunkLength, PackedMatrix.PANEL);
        own = arena.allocate((long) values * Float.BYTES, 64);
        lookedUp = arena.allocate(values, 64);
        packed = own;
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

    /// Makes the kernels read a chunk's packed bytes: where they are, or as a copy if that is a mapped file. A page of a mapping
    /// can be gone when it is read, as when the file was truncated: the JVM makes an `InternalError` of that while it copies, but
    /// ends while it runs a vector load. So kernels are never given a mapping.
    ///
    /// @param bytes no more than the largest chunk has as floats
    void begin(MemorySegment data, long at, long bytes) {
        if (data.isMapped()) {
            packed = copied(data, at, bytes);
            packedAt = 0;
        } else {
            packed = data;
            packedAt = at;
        }
    }

    private MemorySegment copied(MemorySegment data, long at, long bytes) {
        MemorySegment buffer = copy;
        if (buffer == null) {
            buffer = arena.allocate(own.byteSize(), 64);
            copy = buffer;
        }
        MemorySegment.copy(data, at, buffer, 0, bytes);
        return buffer;
    }

    /// Makes this scratch hold the weights of a chunk, slice after slice: `float[PANEL / SLICE_ROWS][length][SLICE_ROWS]`.
    MemorySegment useOwn(int length) {
        weights = own;
        offset = 0;
        bytes = false;
        pitch = SLICE_PITCH;
        slicePitch = length * SLICE_PITCH;
        return own;
    }

    /// Where a slice of the chunk that this scratch holds begins.
    ///
    /// @param row a row of the slice
    static long sliceAt(int length, int row) {
        return row / SLICE_ROWS * length * SLICE_PITCH;
    }

    /// Makes packed bytes the weights: `float[length][PANEL]` from the byte `at`.
    void use(MemorySegment data, long at) {
        weights = data;
        offset = at;
        bytes = false;
        pitch = PackedMatrix.PANEL * Float.BYTES;
        slicePitch = SLICE_PITCH;
    }

    /// Makes packed bytes the weights: `byte[length][PANEL]` from the byte `at`.
    void useBytes(MemorySegment data, long at) {
        weights = data;
        offset = at;
        bytes = true;
        pitch = PackedMatrix.PANEL;
        slicePitch = SLICE_ROWS;
    }

    /// Makes this scratch hold the weights of a chunk, `byte[length][PANEL]`.
    MemorySegment useOwnBytes() {
        useBytes(own, 0);
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
