package dev.railhead.cpu;

import dev.railhead.core.model.T5Contract;
import dev.railhead.spi.Backend;

/// T5 with the Vector API backend.
class CpuT5Test extends T5Contract {
    @Override
    protected Backend backend() {
        return new CpuBackendProvider().create(2);
    }
}
