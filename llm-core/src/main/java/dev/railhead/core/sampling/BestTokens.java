package dev.railhead.core.sampling;

import java.util.Arrays;

/// Selects the `limit` tokens with the largest logits, sorted: largest first, lower token id first among equals.
///
/// A token that can't be among the best costs one comparison. The others are collected in a buffer of about twice
/// the limit, which is sorted and cut whenever it is full, so the worst order of the input costs no more than a full
/// sort. Reusable without allocation once the buffer has grown. Used by one thread.
final class BestTokens {
    /// Sorted or collected tokens; the natural order of a key is the wanted order. See [#key].
    private long[] keys = new long[0];
    private int capacity;
    private int limit;
    private int count;
    private float floor;

    /// Begins a selection of the best `limit` among `total` tokens, 1 ≤ limit ≤ total.
    void start(int limit, int total) {
        this.limit = limit;
        // The slack keeps small limits from sorting every few tokens.
        capacity = (int) Math.min(total, 2L * limit + 64);
        if (keys.length < capacity) {
            keys = new long[capacity];
        }
        count = 0;
        floor = Float.NEGATIVE_INFINITY;
    }

    void offer(int token, float logit) {
        if (logit < floor) {
            return;
        }
        if (count == capacity) {
            cut();
        }
        keys[count++] = key(token, logit);
    }

    /// Ends the selection and returns the number of tokens selected.
    int finish() {
        cut();
        return count;
    }

    int token(int rank) {
        return (int) keys[rank];
    }

    float logit(int rank) {
        int descending = (int) (keys[rank] >> 32);
        return Float.intBitsToFloat(flipNegative(~descending));
    }

    private void cut() {
        Arrays.sort(keys, 0, count);
        if (count >= limit) {
            count = limit;
            floor = logit(limit - 1);
        }
    }

    /// Upper half: descends as the logit ascends. Lower half: the token id.
    private static long key(int token, float logit) {
        int bits = Float.floatToRawIntBits(logit + 0f); // −0 becomes +0: they are equal as numbers
        return (long) ~flipNegative(bits) << 32 | token;
    }

    /// Maps the bits of a float to an int of the same order, and back.
    private static int flipNegative(int bits) {
        return bits ^ bits >> 31 & Integer.MAX_VALUE;
    }
}
