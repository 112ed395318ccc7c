package dev.railhead.core.kv;

import dev.railhead.core.model.Graph;
import dev.railhead.spi.KvLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A graph whose logits are checksums of the tokens that each layer sees. It reads tokens from pages and states, as
/// attention and recurrent layers do, so whatever a sequence has lost or mixed up shows.
public final class ChecksumGraph implements Graph {
    /// What stands in the list of windows for a recurrent layer.
    public static final int RECURRENT = -1;

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int PAGE = KvLayout.PAGE_LENGTH;

    private final int[] windows; // [layers]
    private Runnable beforeLayer = () -> {};
    private int rows;

    /// @param windows for each layer how many positions a query sees, 0 for all, or [#RECURRENT]
    public ChecksumGraph(int... windows) {
        this.windows = windows.clone();
    }

    /// Sets what happens before each layer.
    public void beforeLayer(Runnable action) {
        beforeLayer = action;
    }

    /// How many rows it has computed to the end, since the last time it was asked.
    public int takeRows() {
        int taken = rows;
        rows = 0;
        return taken;
    }

    /// What its sequences keep: of each position the token as the key and the position as the value; in a state the
    /// number of tokens and the checksum.
    public SequenceLayout layout(int stepRows) {
        int layers = windows.length;
        int[] kvHeads = new int[layers];
        int[] lengths = new int[layers];
        int[] positions = new int[layers];
        int[] states = new int[layers];
        for (int layer = 0; layer < layers; layer++) {
            boolean recurrent = windows[layer] == RECURRENT;
            kvHeads[layer] = recurrent ? 0 : 1;
            lengths[layer] = recurrent ? 0 : 1;
            positions[layer] = recurrent ? 0 : windows[layer];
            states[layer] = recurrent ? 2 : 0;
        }
        return new SequenceLayout(new KvLayout(kvHeads, lengths, lengths).withWindows(positions), states, stepRows);
    }

    /// What [#forward] gives after the first tokens of a sequence: the checksum of layer l in element l, and a large
    /// number that makes one of the elements from 3 on the greatest.
    ///
    /// @param length how many of the tokens, 1 at least
    public float[] logits(int[] tokens, int length, int vocabularySize) {
        int[] sums = new int[windows.length];
        for (int layer = 0; layer < windows.length; layer++) {
            int first = windows[layer] > 0 ? Math.max(0, length - windows[layer]) : 0;
            for (int position = first; position < length; position++) {
                sums[layer] = next(sums[layer], tokens[position]);
            }
        }
        float[] logits = new float[vocabularySize];
        write(sums, logits);
        return logits;
    }

    private static int next(int sum, int token) {
        return (sum * 31 + token + 1) % 65521;
    }

    private static void write(int[] sums, float[] logits) {
        Arrays.fill(logits, 0f);
        int total = 0;
        for (int layer = 0; layer < sums.length; layer++) {
            logits[layer] = sums[layer];
            total += sums[layer];
        }
        logits[3 + total % (logits.length - 3)] += 1 << 20;
    }

    @Override
    public void forward(Step step) {
        int[][] sums = new int[step.rows()][windows.length];
        for (int layer = 0; layer < windows.length; layer++) {
            beforeLayer.run();
            step.checkCancelled();
            if (windows[layer] == RECURRENT) {
                recur(step, layer, sums);
            } else {
                attend(step, layer, sums);
            }
        }
        for (int row = 0; row < step.rows(); row++) {
            float[] logits = step.logits(row);
            if (logits != null) {
                write(sums[row], logits);
            }
        }
        rows += step.rows();
    }

    private static void recur(Step step, int layer, int[][] sums) {
        for (int row = 0; row < step.rows(); row++) {
            float[] state = step.state(row, layer);
            expect("tokens of the state", step.position(row), state[0]);
            state[0]++;
            state[1] = next((int) state[1], step.token(row));
            sums[row][layer] = (int) state[1];
        }
    }

    private void attend(Step step, int layer, int[][] sums) {
        long keys = step.layout().keyOffset(layer, 0);
        long values = step.layout().valueOffset(layer, 0);
        for (int row = 0; row < step.rows(); row++) {
            int position = step.position(row);
            MemorySegment page = step.page(layer, row, position / PAGE);
            page.set(FLOAT, keys + position % PAGE * 4L, step.token(row));
            page.set(FLOAT, values + position % PAGE * 4L, position);
        }
        for (int row = 0; row < step.rows(); row++) {
            int end = step.position(row) + 1;
            int first = windows[layer] > 0 ? Math.max(0, end - windows[layer]) : 0;
            for (int position = first; position < end; position++) {
                MemorySegment page = step.page(layer, row, position / PAGE);
                expect("position in the page", position, page.get(FLOAT, values + position % PAGE * 4L));
                sums[row][layer] = next(sums[row][layer], (int) page.get(FLOAT, keys + position % PAGE * 4L));
            }
        }
    }

    private static void expect(String what, int expected, float found) {
        if (expected != found) {
            throw new IllegalStateException(what + ": expected " + expected + ", found " + found);
        }
    }
}
