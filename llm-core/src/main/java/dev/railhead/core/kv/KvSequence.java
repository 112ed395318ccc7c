package dev.railhead.core.kv;

import dev.railhead.spi.KvLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one sequence keeps: for each group of layers a table of pages, of which page i holds the positions from
/// `i · PAGE_LENGTH` on, and the states of recurrent layers. Changed by the session that owns it, between steps; read by
/// many threads during one.
///
/// Layers with a window keep only the last pages, and recurrent layers the last state and [a copy][#keep()] from earlier, so
/// a sequence can't always go on after every position it was computed to: [#truncate(int)] goes back to one where it can.
public final class KvSequence implements AutoCloseable {
    private final KvPool pool;
    private @Nullable Source source;
    private final List<PageTable> tables = new ArrayList<>(); // [groups]
    private @Nullable RecurrentState state; // null: the zeros of the beginning, or no layer is recurrent
    private int length;

    /// An empty sequence.
    public KvSequence(KvPool pool) {
        this.pool = pool;
        for (int group = 0; group < pool.layout().groups(); group++) {
            tables.add(new PageTable(pool, group));
        }
    }

    /// The pool its pages are from.
    public KvPool pool() {
        return pool;
    }

    /// Reads a source text from now on, in a model that has cross-attention.
    ///
    /// @param text null for none; stays its owner's
    public void read(@Nullable Source text) {
        source = text;
    }

    /// The source text that this sequence reads.
    Source source() {
        return Objects.requireNonNull(source, "source: expected a source text before the decoder runs");
    }

    /// How many positions are computed; the next row is at this position.
    public int length() {
        return length;
    }

    /// Makes ready for a step: takes what is missing until `end` positions fit, after giving back the pages that a window
    /// has left behind.
    ///
    /// @param end the position behind the step's last row of this sequence
    /// @throws dev.railhead.InsufficientMemoryException if the budget is used up; what was taken stays
    public void reserve(int end) {
        if (state == null && end > 0 && pool.sequenceLayout().hasState()) {
            state = pool.takeState();
        }
        for (int group = 0; group < tables.size(); group++) {
            tables.get(group).dropBefore(pool.sequenceLayout().firstPage(group, length, Math.max(end, length)));
            tables.get(group).growTo(Math.ceilDiv(end, KvLayout.PAGE_LENGTH));
        }
    }

    /// Copies the states of recurrent layers, so that the sequence can be truncated to where it is now. An older copy is
    /// lost. Does nothing for other models.
    public void keep() {
        if (state != null) {
            state.keep();
        }
    }

    /// How many positions are left, and computing goes on from, if the sequence is truncated.
    ///
    /// @param wanted 0 to [#length()]
    /// @return `wanted`, if all pages that later rows see are there and the state after so many tokens is; else where
    ///     the copy of the states was made, if that is not later and the pages are there; else 0
    public int resumable(int wanted) {
        int resumable = state == null ? wanted : state.resumable(wanted);
        for (int group = 0; group < tables.size(); group++) {
            if (tables.get(group).first() > pool.sequenceLayout().firstPageSeen(group, resumable)) {
                return 0;
            }
        }
        return resumable;
    }

    /// Forgets the positions from one on, and if it can't go on from there, earlier ones too: [#length()] becomes
    /// [what is resumable][#resumable(int)]. To be called after a step that failed, with [#length()] if nothing else is
    /// to be forgotten.
    ///
    /// @param wanted 0 to [#length()]
    public void truncate(int wanted) {
        length = resumable(wanted);
        for (PageTable table : tables) {
            table.dropFrom(Math.ceilDiv(length, KvLayout.PAGE_LENGTH));
        }
        if (state != null) {
            if (length == 0) {
                state = null;
                pool.giveState();
            } else {
                state.resume(length);
            }
        }
    }

    MemorySegment page(int layer, int index) {
        return tables.get(pool.layout().group(layer)).get(index);
    }

    /// The state of a layer, about to be changed by a step.
    float[] state(int layer) {
        return Objects.requireNonNull(state, "state: expected a recurrent layer and a reserved position").change(layer);
    }

    /// A step has computed all positions below `end`.
    void complete(int end) {
        length = end;
        if (state != null) {
            state.complete(end);
        }
    }

    @Override
    public void close() {
        truncate(0);
    }
}
