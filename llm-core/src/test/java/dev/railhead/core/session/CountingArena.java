package dev.railhead.core.session;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// An arena that tells how much it has given.
final class CountingArena implements Arena {
    private final Arena owner = Arena.ofShared();
    private long bytes;

    long bytes() {
        return bytes;
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        bytes += byteSize;
        return owner.allocate(byteSize, byteAlignment);
    }

    @Override
    public MemorySegment.Scope scope() {
        return owner.scope();
    }

    @Override
    public void close() {
        owner.close();
    }
}
