package dev.railhead.core.model;

import dev.railhead.spi.PositionBias;

/// T5's relative positions: distances fall into buckets, each its own up to half of them, then in logarithmic steps; each head has
/// a bias for each bucket.
///
/// @param count buckets
/// @param bothWays whether keys behind the query have half of the buckets; otherwise they are not seen
record RelativeBuckets(int count, boolean bothWays) {
    /// From here on all distances are in the last bucket; fixed in the model's code.
    private static final int MAX_DISTANCE = 128;

    /// `attention.relative_buckets_count`.
    static RelativeBuckets of(Hyperparameters hp, boolean bothWays) {
        String key = hp.key("attention.relative_buckets_count");
        // Halved for the direction and halved for the logarithm; half of them are single distances, fewer than all.
        return new RelativeBuckets(hp.metadata().integer(key, 4, 2 * MAX_DISTANCE - 1), bothWays);
    }

    /// The bucket of a distance.
    ///
    /// @param distance the key's position less the query's
    int bucket(int distance) {
        int buckets = bothWays ? count / 2 : count;
        int first = bothWays && distance > 0 ? buckets : 0;
        int away = bothWays ? Math.abs(distance) : Math.max(0, -distance);
        int exact = buckets / 2;
        if (away < exact) {
            return first + away;
        }
        // Rounded to f32 where the makers' code has f32.
        float log = (float) StrictMath.log((float) away / exact);
        double steps = log * (buckets - exact) / StrictMath.log((double) MAX_DISTANCE / exact);
        return first + Math.min((int) (float) (exact + steps), buckets - 1);
    }

    /// The bias of all distances.
    ///
    /// @param biases `float[count][heads]`, as the file has them
    PositionBias bias(float[] biases, int heads) {
        int length = 2 * MAX_DISTANCE + 1;
        float[] values = new float[heads * length];
        for (int i = 0; i < length; i++) {
            int bucket = bucket(i - MAX_DISTANCE);
            for (int head = 0; head < heads; head++) {
                values[head * length + i] = biases[bucket * heads + head];
            }
        }
        return new PositionBias(values, MAX_DISTANCE);
    }
}
