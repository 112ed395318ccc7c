package dev.railhead.cpu;

import dev.railhead.ModelOptions;
import dev.railhead.core.session.NonFiniteWeightsContract;

/// Weights that aren't finite on the Vector API backend.
class CpuNonFiniteWeightsTest extends NonFiniteWeightsContract {
    @Override
    protected ModelOptions options() {
        return ModelOptions.defaults().withBackend(CpuBackendProvider.NAME).withThreads(2);
    }
}
