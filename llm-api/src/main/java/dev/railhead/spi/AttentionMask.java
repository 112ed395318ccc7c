package dev.railhead.spi;

/// Which positions of its sequence a query sees.
///
/// @param causal whether a query sees positions up to its own only; otherwise those behind it too, as in encoders
/// @param window 0 if the distance doesn't matter. Causal: how many positions a query sees, its own included. Otherwise a
///     query sees those at a distance of at most `window / 2`.
public record AttentionMask(boolean causal, int window) {
    /// All positions up to the query's own.
    public static final AttentionMask CAUSAL = new AttentionMask(true, 0);

    /// All positions.
    public static final AttentionMask EVERYTHING = new AttentionMask(false, 0);

    /// Checks the window.
    public AttentionMask {
        if (window < 0) {
            throw new IllegalArgumentException("window: expected 0 or more, found " + window);
        }
    }

    /// The first position that a query sees.
    ///
    /// @param position the query's
    public int first(int position) {
        if (window == 0) {
            return 0;
        }
        return Math.max(0, causal ? position - window + 1 : position - window / 2);
    }

    /// The position behind the last one that a query sees.
    ///
    /// @param position the query's
    /// @param length positions of the sequence that have keys and values
    public int end(int position, int length) {
        if (causal) {
            return position + 1;
        }
        return window == 0 ? length : (int) Math.min(length, (long) position + window / 2 + 1);
    }
}
