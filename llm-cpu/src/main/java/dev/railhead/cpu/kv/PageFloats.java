package dev.railhead.cpu.kv;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Keys or values of a page in single precision: the page itself, or working memory they were widened into. Off-heap, as
/// pages are, so that the kernels see one kind of segment only. For one thread.
public final class PageFloats implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment own;

    private MemorySegment data;
    private long offset;

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

    /// Where they begin, in bytes.
    public long offset() {
        return offset;
    }

    void use(MemorySegment page, long at) {
        data = page;
        offset = at;
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
