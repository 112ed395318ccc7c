package dev.railhead.core.model;

import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.spi.Backend;

/// Steps on the scalar backend.
class ReferenceStepTest extends StepContract {
    @Override
    protected Backend backend() {
        return new ReferenceBackend();
    }
}
