package dev.railhead.benchmarks.roofline;

import dev.railhead.benchmarks.Medians;
import java.util.ArrayList;
import java.util.List;

/// What the machine did with some threads, round by round.
final class LimitSamples {
    /// The compiler needs a few samples to finish its work.
    private static final int WARM_UP = 5;

    private final int threads;
    private final ReadBandwidth bandwidth;
    private final FmaPeak peak;
    private final List<Double> gigabytes = new ArrayList<>();
    private final List<Double> gigaMultiplyAdds = new ArrayList<>();

    LimitSamples(int threads, ReadBandwidth bandwidth, FmaPeak peak) {
        this.threads = threads;
        this.bandwidth = bandwidth;
        this.peak = peak;
    }

    /// Measures and forgets.
    void warmUp() {
        for (int i = 0; i < WARM_UP; i++) {
            bandwidth.gigabytesPerSecond(threads);
            peak.gigaMultiplyAdds(threads);
        }
    }

    /// Measures once.
    RooflineResult.Limits take() {
        gigabytes.add(bandwidth.gigabytesPerSecond(threads));
        gigaMultiplyAdds.add(peak.gigaMultiplyAdds(threads));
        return new RooflineResult.Limits(threads, gigabytes.getLast(), gigaMultiplyAdds.getLast());
    }

    RooflineResult.Limits medians() {
        return new RooflineResult.Limits(threads, Medians.of(gigabytes), Medians.of(gigaMultiplyAdds));
    }
}
