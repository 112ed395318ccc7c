package dev.railhead.cpu.simd;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/// Fetches memory ahead of a kernel, by reading a byte of each cache line: Java has no instruction for it.
///
/// A kernel needs so many instructions for a cache line that the processor, which looks a few hundred of them ahead, asks
/// for few lines at a time and waits for each. A loop that does nothing else has a hundred on their way.
public final class Prefetch {
    private static final int CACHE_LINE = 64;

    private Prefetch() {}

    /// Reads a byte of each line.
    ///
    /// @return a number to be kept, so that the compiler does not leave the reading out
    public static int lines(MemorySegment data, long at, long bytes) {
        int sum = 0;
        for (long line = 0; line < bytes; line += CACHE_LINE) {
            sum += data.get(JAVA_BYTE, at + line);
        }
        return sum;
    }
}
