package dev.railhead.cpu.kv;

import dev.railhead.cpu.simd.HalfTile;
import dev.railhead.cpu.simd.Prefetch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Keys or values of a page as the kernels take them: the page itself, or working memory they were widened into. Off-heap, as
/// pages are, so that the kernels see one kind of segment only. For one thread.
public final class PageFloats implements AutoCloseable {

    /// With at most so many queries, loading a page costs as much as computing with it.
    static final int FEW_QUERIES = HalfTile.MAX_ROWS;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment own;

    private MemorySegment data;
    private long offset;
    private boolean halves;

    /// Keeps the compiler from leaving the reading out.
    private int fetched;

    /// @param length floats that the working memory holds
    public PageFloats(int length) {
        own = arena.allocate((long) length * Float.BYTES, 64);
        data = own;
    }

    /// Floats that the working memory holds.
    public int length() {
        return (int) (own.byteSize() / Float.BYTES);
    }

    /// Where the numbers are.
    public MemorySegment data() {
        return data;
    }

    /// Whether they are halves, finite or NaN.
    public boolean halves() {
        return halves;
    }

    /// Where they begin, in bytes.
    public long offset() {
        return offset;
    }

    void use(MemorySegment page, long at) {
        data = page;
        offset = at;
        halves = false;
    }

    void useHalves(MemorySegment page, long at) {
        use(page, at);
        halves = true;
    }

    /// Reads a number of each cache line in their order, before a kernel for few queries comes, which takes every other
    /// line: processors fetch ahead of the one at the speed of memory, but not of the other.
    void fetch(MemorySegment page, long at, long bytes) {
        fetched = Prefetch.lines(page, at, bytes);
    }

    MemorySegment useOwn() {
        use(own, 0);
        return own;
    }

    @Override
    public void close() {
        arena.close();
    }
}
