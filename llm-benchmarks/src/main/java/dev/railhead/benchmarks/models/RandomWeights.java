package dev.railhead.benchmarks.models;

import dev.railhead.gguf.TensorData;
import dev.railhead.gguf.block.BlockType;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/// Normally distributed weights with standard deviation 1/√columns, which keeps the variance of activations through any
/// number of layers. A matrix is put together from a pool of encoded pieces, picked by a hash of seed and place:
/// copying is many times faster than encoding, and rows still differ.
final class RandomWeights implements TensorData {
    /// Pieces in the pool: enough that two rows of a matrix are practically never equal.
    private static final int POOL_SIZE = 2048;
    /// Values of a piece for the types that have no blocks.
    private static final int UNBLOCKED_PIECE = 32;

    /// Encoded pieces, for all matrices of one type and one inner dimension.
    ///
    /// @param pieces one after another
    /// @param pieceBytes bytes of each
    record Pool(byte[] pieces, int pieceBytes) {
        /// A pool for matrices of some type and inner dimension.
        ///
        /// @param columns inner dimension, a multiple of 32
        static Pool of(BlockType type, int columns, long seed) {
            int pieceSize = Math.max(type.blockSize(), UNBLOCKED_PIECE);
            Random random = new Random(seed);
            float[] values = new float[POOL_SIZE * pieceSize];
            double deviation = 1 / Math.sqrt(columns);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() * deviation);
            }
            byte[] pieces = new byte[Math.toIntExact(type.bytes(values.length))];
            type.encode(values, 0, values.length, MemorySegment.ofArray(pieces), 0);
            return new Pool(pieces, (int) type.bytes(pieceSize));
        }
    }

    private final Pool pool;
    private final long seed;

    /// The weights of a matrix; the same pool and seed give the same weights.
    RandomWeights(Pool pool, long seed) {
        this.pool = pool;
        this.seed = seed;
    }

    @Override
    public void read(long offset, MemorySegment out) {
        byte[] bytes = new byte[Math.toIntExact(out.byteSize())];
        int pieceBytes = pool.pieceBytes;
        long place = offset / pieceBytes;
        for (int at = 0; at < bytes.length; at += pieceBytes, place++) {
            int piece = (int) hash(seed + place) & POOL_SIZE - 1;
            System.arraycopy(pool.pieces, piece * pieceBytes, bytes, at, pieceBytes);
        }
        out.copyFrom(MemorySegment.ofArray(bytes));
    }

    /// The finalizer of SplitMix64 (Steele et al., "Fast Splittable Pseudorandom Number Generators", 2014).
    static long hash(long x) {
        long z = x * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
