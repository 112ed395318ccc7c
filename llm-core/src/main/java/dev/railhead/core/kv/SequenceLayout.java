package dev.railhead.core.kv;

import dev.railhead.spi.KvLayout;
import java.util.Arrays;

/// What a sequence keeps, and how much memory that takes: pages of keys and values, and the states of recurrent layers.
/// Immutable.
///
/// A group of layers with a window keeps the window and the positions of a full step. A step needs both; after a smaller
/// one, what it leaves of the second part lets the sequence go back that far without computing anything again.
public final class SequenceLayout {
    private static final int PAGE = KvLayout.PAGE_LENGTH;

    private final KvLayout kv;
    private final int[] stateLengths;
    private final int stepRows;
    private final long stateBytes;

    /// @param kv the pages
    /// @param stateLengths for each layer the length of its recurrent state, 0 for a layer without
    /// @param stepRows largest number of rows that a step has of one sequence
    public SequenceLayout(KvLayout kv, int[] stateLengths, int stepRows) {
        this.kv = kv;
        this.stateLengths = stateLengths.clone();
        this.stepRows = stepRows;
        stateBytes = 2 * Float.BYTES * Arrays.stream(stateLengths).asLongStream().sum();
    }

    /// The pages.
    public KvLayout kv() {
        return kv;
    }

    /// Whether any layer is recurrent.
    public boolean hasState() {
        return stateBytes > 0;
    }

    /// Bytes of the states of a sequence, [kept][RecurrentState#keep()] ones included.
    long stateBytes() {
        return stateBytes;
    }

    /// States of zeros, `float[layers][length of the layer's state]`.
    float[][] zeroStates() {
        return Arrays.stream(stateLengths).mapToObj(float[]::new).toArray(float[][]::new);
    }

    /// The first page of a group that a sequence keeps.
    ///
    /// @param length positions that are computed: the next row is at this position at the earliest
    /// @param end positions once a step is done, at least `length`
    int firstPage(int group, int length, int end) {
        int window = kv.window(group);
        return window == 0 ? 0 : pageSeenFrom(Math.min(length, (long) end - stepRows), window);
    }

    /// The first page that a row at a position sees in a group.
    int firstPageSeen(int group, int position) {
        int window = kv.window(group);
        return window == 0 ? 0 : pageSeenFrom(position, window);
    }

    private static int pageSeenFrom(long position, int window) {
        return (int) (Math.max(0, position - window + 1) / PAGE);
    }

    /// The most bytes that a sequence takes on its way to so many positions in steps of at most `stepRows` rows.
    public long bytes(int length) {
        long bytes = length == 0 ? 0 : stateBytes;
        for (int group = 0; group < kv.groups(); group++) {
            bytes += pages(group, length) * kv.pageBytes(group);
        }
        return bytes;
    }

    private long pages(int group, int length) {
        long all = Math.ceilDiv(length, PAGE);
        int window = kv.window(group);
        if (window == 0) {
            return all;
        }
        long kept = (long) window + stepRows - 1; // positions, which may begin at the end of a page
        return Math.min(all, Math.ceilDiv(kept - 1, PAGE) + 1);
    }

    /// The longest sequence that fits some memory, in whole pages of positions.
    ///
    /// @param available bytes
    /// @param most the longest that is wanted
    /// @return 0 if not even one page fits
    public int longest(long available, int most) {
        int fits = 0; // pages
        int beyond = Math.ceilDiv(most, PAGE) + 1;
        while (beyond - fits > 1) {
            int middle = (fits + beyond) >>> 1;
            if (bytes((int) Math.min(most, (long) middle * PAGE)) <= available) {
                fits = middle;
            } else {
                beyond = middle;
            }
        }
        return (int) Math.min(most, (long) fits * PAGE);
    }
}
