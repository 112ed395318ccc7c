package dev.railhead.core.kv;

import dev.railhead.spi.KvLayout;
import dev.railhead.spi.KvRows;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The unit that a model runs: rows of (sequence, position, token), some of them wanting logits. A chunk of a prompt,
/// one
/// token of one session, and the next tokens of eight sessions are the same kind of step with other rows. Rows of one
/// sequence are in the order of their positions. Reusable; used by one thread.
public final class Step implements KvRows {
    private final KvLayout layout;
    private final KvSequence[] sequences;
    private final int[] positions;
    private final int[] tokens;
    private final int[] slots; // of each row: which of the step's sequences
    private final int[] lengths; // of each slot
    private final float[] @Nullable [] logits;
    private final SourceRows sources = new SourceRows(this);
    private @Nullable HiddenStates hiddenStates;
    private boolean isSource;
    private BooleanSupplier cancelled = () -> false;
    private int rows;
    private int slotCount;

    /// @param capacity largest number of rows
    /// @param layout the layout of the pages of all its sequences
    public Step(int capacity, KvLayout layout) {
        this.layout = layout;
        sequences = new KvSequence[capacity];
        positions = new int[capacity];
        tokens = new int[capacity];
        slots = new int[capacity];
        lengths = new int[capacity];
        logits = new float[capacity][];
    }

    private Step(Step whole, int from, int to) {
        layout = whole.layout;
        sequences = Arrays.copyOfRange(whole.sequences, from, to);
        positions = Arrays.copyOfRange(whole.positions, from, to);
        tokens = Arrays.copyOfRange(whole.tokens, from, to);
        slots = Arrays.copyOfRange(whole.slots, from, to);
        logits = Arrays.copyOfRange(whole.logits, from, to);
        lengths = whole.lengths;
        cancelled = whole.cancelled;
        isSource = whole.isSource;
        slotCount = whole.slotCount;
        rows = to - from;
    }

    /// The rows in parts, for a graph whose working memory is smaller than a step. Each part is a step of its own, to which
    /// sequences are as long as with all rows; it is valid until this one is reset.
    ///
    /// @param size rows of each part but the last
    /// @return this step alone if it has no more
    public Step[] parts(int size) {
        if (rows <= size) {
            return new Step[]{this};
        }
        Step[] parts = new Step[Math.ceilDiv(rows, size)];
        Arrays.setAll(parts, part -> new Step(this, part * size, Math.min(rows, (part + 1) * size)));
        return parts;
    }

    /// Removes all rows.
    ///
    /// @param isCancelled is asked between layers whether to give up
    public Step reset(BooleanSupplier isCancelled) {
        cancelled = isCancelled;
        Arrays.fill(sequences, 0, rows, null);
        Arrays.fill(logits, 0, rows, null);
        hiddenStates = null;
        isSource = false;
        rows = 0;
        slotCount = 0;
        return this;
    }

    /// Says that the rows are whole source texts of an encoder-decoder model: what their sequences keep afterwards is what the
    /// decoder's layers read of them.
    public void markSource() {
        isSource = true;
    }

    /// Whether the rows are source texts.
    public boolean isSource() {
        return isSource;
    }

    /// The rows as they see the source texts of their sequences.
    public KvRows sources() {
        return sources;
    }

    /// The sequence of a row.
    KvSequence sequence(int row) {
        return sequences[row];
    }

    /// Asks for the hidden states of all rows instead of logits.
    ///
    /// @param receiver receives them at the end of the step, on the thread that runs it
    public void wantHiddenStates(HiddenStates receiver) {
        hiddenStates = receiver;
    }

    /// Who wants the hidden states, or null.
    public @Nullable HiddenStates hiddenStates() {
        return hiddenStates;
    }

    /// Adds a row. The sequence has a page for its position.
    ///
    /// @param sequence where keys and values go
    /// @param position of the token in its sequence
    /// @param token the token id
    /// @param destination receives the logits that follow the token, `float[vocabulary size]`; null if not wanted
    public void add(KvSequence sequence, int position, int token, float @Nullable [] destination) {
        sequences[rows] = sequence;
        positions[rows] = position;
        tokens[rows] = token;
        logits[rows] = destination;
        slots[rows] = slot(sequence);
        lengths[slots[rows]] = position + 1;
        rows++;
    }

    /// Rows of a sequence are neighbours, or the sequences are few.
    private int slot(KvSequence sequence) {
        for (int row = rows - 1; row >= 0; row--) {
            if (sequences[row] == sequence) {
                return slots[row];
            }
        }
        return slotCount++;
    }

    /// Number of rows.
    public int rows() {
        return rows;
    }

    /// Largest number of rows.
    public int capacity() {
        return tokens.length;
    }

    /// The token of a row.
    public int token(int row) {
        return tokens[row];
    }

    /// Where the logits of a row go, or null.
    public float @Nullable [] logits(int row) {
        return logits[row];
    }

    /// The state of a recurrent layer of a row's sequence, to be updated in place: zeros before position 0, and what the
    /// rows of the sequence up to the one before have made of it. A graph runs the rows of a step in order.
    ///
    /// @return `float[length of the layer's state]`
    public float[] state(int row, int layer) {
        return sequences[row].state(layer);
    }

    /// Says that the graph has run to its end: what the rows have computed becomes part of their sequences. A step that
    /// fails on the way leaves them where they were, but may have damaged their states; [KvSequence#truncate(int)] mends
    /// that.
    public void complete() {
        for (int row = 0; row < rows; row++) {
            sequences[row].complete(positions[row] + 1);
        }
    }

    /// Called between layers.
    ///
    /// @throws StepCancelledException if the step is to be given up
    public void checkCancelled() {
        throwIf(cancelled);
    }

    /// As [#checkCancelled()], for work that is not in a step yet.
    ///
    /// @throws StepCancelledException if `isCancelled` says so
    public static void throwIf(BooleanSupplier isCancelled) {
        if (isCancelled.getAsBoolean()) {
            throw new StepCancelledException();
        }
    }

    @Override
    public KvLayout layout() {
        return layout;
    }

    @Override
    public int position(int row) {
        return positions[row];
    }

    /// Rows of a sequence are in the order of their positions, so its last row tells.
    @Override
    public int length(int row) {
        return lengths[slots[row]];
    }

    @Override
    public MemorySegment page(int layer, int row, int page) {
        return sequences[row].page(layer, page);
    }
}
