package dev.railhead.cpu;

import dev.railhead.core.model.StepContract;
import dev.railhead.spi.Backend;

/// Steps on the Vector API backend.
class CpuStepTest extends StepContract {
    @Override
    protected Backend backend() {
        return new CpuBackendProvider().create(2);
    }
}
