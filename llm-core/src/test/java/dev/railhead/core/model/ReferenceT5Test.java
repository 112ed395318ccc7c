package dev.railhead.core.model;

import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.spi.Backend;

/// T5 with the scalar backend.
class ReferenceT5Test extends T5Contract {
    @Override
    protected Backend backend() {
        return new ReferenceBackend();
    }
}
