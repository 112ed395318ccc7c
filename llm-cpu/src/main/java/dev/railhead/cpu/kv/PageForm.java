package dev.railhead.cpu.kv;

import dev.railhead.KvCacheType;
import java.lang.foreign.MemorySegment;

/// How a type of KV cache looks in a page. All methods take one kv head of one layer: where its elements begin in the page
/// and where its scales do, in bytes, as [dev.railhead.spi.KvLayout] says; types without scales ignore the latter.
/// Thread-safe.
public interface PageForm {
    /// The form of a type.
    static PageForm of(KvCacheType type) {
        return switch (type) {
            case F32 -> F32Pages.INSTANCE;
            case F16 -> F16Pages.INSTANCE;
            case Q8_0 -> Q8_0Pages.INSTANCE;
        };
    }

    /// Stores the key of one position.
    ///
    /// @param j position in the page
    /// @param k `float[length]` from `from`
    void storeKey(MemorySegment page, long at, long scales, int j, float[] k, int from, int length);

    /// Stores the value of one position.
    ///
    /// @param j position in the page
    /// @param v `float[length]` from `from`
    void storeValue(MemorySegment page, long at, long scales, int j, float[] v, int from, int length);

    /// Gives the keys of all positions, `[length][PAGE_LENGTH]`. Those of positions that were never written are anything.
    ///
    /// @param queries that will read them
    void keys(MemorySegment page, long at, long scales, int length, int queries, PageFloats out);

    /// Gives the values of the first positions, `[count][pitch]`. What lies behind `length` in a row is anything.
    ///
    /// @param queries that will read them
    void values(MemorySegment page, long at, long scales, int length, int count, int pitch, int queries,
            PageFloats out);
}
