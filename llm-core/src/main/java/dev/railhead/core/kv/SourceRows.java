package dev.railhead.core.kv;

import dev.railhead.spi.KvLayout;
import dev.railhead.spi.KvRows;
import java.lang.foreign.MemorySegment;

/// The rows of a step as cross-attention sees them: each row reads what the [source][KvSequence#source()] of its sequence keeps,
/// all of it, wherever in its own sequence it is.
final class SourceRows implements KvRows {
    private final Step step;

    SourceRows(Step step) {
        this.step = step;
    }

    @Override
    public KvLayout layout() {
        return step.layout();
    }

    @Override
    public int position(int row) {
        return step.position(row);
    }

    @Override
    public int length(int row) {
        return step.sequence(row).source().length();
    }

    @Override
    public MemorySegment page(int layer, int row, int page) {
        return step.sequence(row).source().sequence().page(layer, page);
    }
}
