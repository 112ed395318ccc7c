package dev.railhead.benchmarks.roofline;

import static dev.railhead.cpu.simd.Width.FLOATS;
import static dev.railhead.cpu.simd.Width.LANES;

import java.util.concurrent.atomic.AtomicLong;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// The speed at which threads multiply and add floats that are in registers, with vectors of the width that the kernels
/// use. Used by one thread.
public final class FmaPeak implements AutoCloseable {
    /// Independent sums. A fused multiply-add takes 4 or 5 cycles and a processor begins two of them in each, so ten at least
    /// are on their way; with both factors they still fit the 16 registers of AVX2.
    private static final int CHAINS = 12;

    /// Multiply-adds of each chain in a call.
    private static final int LENGTH = 100_000;

    /// Calls of each thread in a sample: with 512 bits some 20 ms.
    private static final int CALLS = 150;

    /// Their product is 1/8, so each chain adds up to its number and 12,500, exactly.
    private static final float[] FACTORS = {0.25f, 0.5f};
    private static final float SUM_OF_LANE = CHAINS * LENGTH / 8f + CHAINS * (CHAINS - 1) / 2f;

    private final Team team = new Team();

    /// Makes the measurement.
    public FmaPeak() {}

    /// Measures once.
    ///
    /// @param threads number of threads, at least 1
    /// @return multiply-adds per nanosecond, that is G multiply-adds/s; each is two floating point operations
    public double gigaMultiplyAdds(int threads) {
        AtomicLong wrong = new AtomicLong();
        double seconds = team.seconds(threads, thread -> {
            for (int call = 0; call < CALLS; call++) {
                if (chains(FACTORS) != LANES * SUM_OF_LANE) {
                    wrong.incrementAndGet();
                }
            }
        });
        if (wrong.get() != 0) {
            throw new IllegalStateException("f32 multiply-adds: " + wrong + " of " + CALLS * threads
                    + " sums are wrong");
        }
        return (double) threads * CALLS * LENGTH * CHAINS * LANES / seconds / 1e9;
    }

    /// Sum of all lanes of all chains. They begin with other numbers so that none can be left out.
    private static float chains(float[] factors) {
        FloatVector x = FloatVector.broadcast(FLOATS, factors[0]);
        FloatVector y = FloatVector.broadcast(FLOATS, factors[1]);
        FloatVector s0 = FloatVector.broadcast(FLOATS, 0);
        FloatVector s1 = FloatVector.broadcast(FLOATS, 1);
        FloatVector s2 = FloatVector.broadcast(FLOATS, 2);
        FloatVector s3 = FloatVector.broadcast(FLOATS, 3);
        FloatVector s4 = FloatVector.broadcast(FLOATS, 4);
        FloatVector s5 = FloatVector.broadcast(FLOATS, 5);
        FloatVector s6 = FloatVector.broadcast(FLOATS, 6);
        FloatVector s7 = FloatVector.broadcast(FLOATS, 7);
        FloatVector s8 = FloatVector.broadcast(FLOATS, 8);
        FloatVector s9 = FloatVector.broadcast(FLOATS, 9);
        FloatVector s10 = FloatVector.broadcast(FLOATS, 10);
        FloatVector s11 = FloatVector.broadcast(FLOATS, 11);
        for (int i = 0; i < LENGTH; i++) {
            s0 = x.fma(y, s0);
            s1 = x.fma(y, s1);
            s2 = x.fma(y, s2);
            s3 = x.fma(y, s3);
            s4 = x.fma(y, s4);
            s5 = x.fma(y, s5);
            s6 = x.fma(y, s6);
            s7 = x.fma(y, s7);
            s8 = x.fma(y, s8);
            s9 = x.fma(y, s9);
            s10 = x.fma(y, s10);
            s11 = x.fma(y, s11);
        }
        FloatVector sum = s0.add(s1).add(s2.add(s3)).add(s4.add(s5).add(s6.add(s7)))
                .add(s8.add(s9).add(s10.add(s11)));
        return sum.reduceLanes(VectorOperators.ADD);
    }

    @Override
    public void close() {
        team.close();
    }
}
