package dev.railhead.core;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The bytes of a stream in off-heap memory.
///
/// @param bytes exactly the bytes, read-only
/// @param arena owns them
record MemoryCopy(MemorySegment bytes, Arena arena) implements AutoCloseable {
    private static final int FIRST_CAPACITY = 1 << 22;
    private static final int CHUNK = 1 << 16;

    /// Reads a stream to its end; the memory doubles when it is full.
    static MemoryCopy of(InputStream in) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            MemorySegment memory = arena.allocate(FIRST_CAPACITY, 64);
            long size = 0;
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (size + n > memory.byteSize()) {
                    Arena larger = Arena.ofShared();
                    MemorySegment copy;
                    try {
                        copy = larger.allocate(memory.byteSize() * 2, 64);
                    } catch (Throwable t) {
                        larger.close();
                        throw t;
                    }
                    copy.copyFrom(memory.asSlice(0, size));
                    arena.close();
                    arena = larger;
                    memory = copy;
                }
                MemorySegment.copy(chunk, 0, memory, ValueLayout.JAVA_BYTE, size, n);
                size += n;
            }
            return new MemoryCopy(memory.asSlice(0, size).asReadOnly(), arena);
        } catch (Throwable t) {
            arena.close();
            throw t;
        }
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
