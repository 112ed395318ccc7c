package dev.railhead.core.tokenizer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/// Hashes for tables that are filled from a file. They depend on a random number, so that no file can be made whose
/// entries all fall into one slot, which would take quadratic time.
final class SeededHash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long GOLDEN = 0x9E3779B97F4A7C15L; // 2^64 divided by the golden ratio, Knuth's multiplier

    private final long multiplier = new SplittableRandom().nextLong() | 1;

    /// The hash of a number; its high bits are the good ones.
    long of(long key) {
        long hash = key * multiplier;
        return (hash ^ hash >>> 32) * GOLDEN;
    }

    /// The hash of the bytes `text[from]` to `text[to]`, exclusive.
    long of(byte[] text, int from, int to) {
        long hash = to - from;
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            hash = of(hash ^ (long) LONG.get(text, i));
        }
        long rest = 0;
        for (; i < to; i++) {
            rest = rest << 8 | text[i] & 0xFF;
        }
        return of(hash ^ rest);
    }

    /// The slot, in a table of any size, at which the search for a hash begins.
    static int slot(long hash, int slots) {
        return (int) ((hash >>> 32) * slots >>> 32);
    }
}
