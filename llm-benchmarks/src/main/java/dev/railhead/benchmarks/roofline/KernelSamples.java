package dev.railhead.benchmarks.roofline;

import dev.railhead.benchmarks.Medians;
import dev.railhead.spi.WeightType;
import java.util.ArrayList;
import java.util.List;

/// What one product did, round by round.
final class KernelSamples {
    private final Product product;
    private final List<Double> seconds = new ArrayList<>();
    private final List<Double> ofBandwidth = new ArrayList<>();
    private final List<Double> ofPeak = new ArrayList<>();

    KernelSamples(Product product) {
        this.product = product;
    }

    /// Measures once.
    ///
    /// @param limits what the machine just did
    void take(RooflineResult.Limits limits) {
        double time = product.seconds();
        seconds.add(time);
        ofBandwidth.add(product.gigabytes() / time / limits.gigabytes());
        ofPeak.add(product.gigaMultiplyAdds() / time / limits.gigaMultiplyAdds());
    }

    /// @param threads threads that computed
    /// @param allThreads whether these are all of the machine
    KernelSpeed medians(WeightType type, int threads, boolean allThreads) {
        double time = Medians.of(seconds);
        return new KernelSpeed(type.name(), product.step(), threads, product.gigabytes() / time,
                product.gigaMultiplyAdds() / time, Medians.of(ofBandwidth), Medians.of(ofPeak),
                Targets.of(type, product.step(), allThreads));
    }
}
