package dev.railhead.cpu;

/// Work that threads share: items are claimed one by one.
interface Region {
    /// Does one item.
    ///
    /// @param item 0 to items − 1, each exactly once
    /// @param worker 0 to threads − 1; no two threads have the same at a time, so it may choose working memory
    void run(int item, int worker);
}
