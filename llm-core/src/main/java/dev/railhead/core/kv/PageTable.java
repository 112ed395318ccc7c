package dev.railhead.core.kv;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The pages that a sequence holds of one group of layers: neighbouring ones, of which the first need not be page 0.
final class PageTable {
    private final KvPool pool;
    private final int group;
    private final List<KvPool.Page> pages = new ArrayList<>();
    private int first;

    PageTable(KvPool pool, int group) {
        this.pool = pool;
        this.group = group;
    }

    /// The index of the first page.
    int first() {
        return first;
    }

    /// The index behind the last page.
    private int end() {
        return first + pages.size();
    }

    /// Takes pages behind the last one.
    ///
    /// @throws dev.railhead.InsufficientMemoryException if the budget is used up; what was taken stays
    void growTo(int end) {
        while (end() < end) {
            pages.add(pool.take(group));
        }
    }

    /// Gives back the pages before one.
    void dropBefore(int page) {
        int count = Math.clamp((long) page - first, 0, pages.size());
        pages.subList(0, count).forEach(pool::give);
        pages.subList(0, count).clear();
        first += count;
    }

    /// Gives back a page and those behind it.
    void dropFrom(int page) {
        while (!pages.isEmpty() && end() > page) {
            pool.give(pages.removeLast());
        }
        first = Math.min(first, page);
    }

    MemorySegment get(int page) {
        return pages.get(page - first).memory();
    }
}
