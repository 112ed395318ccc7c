package dev.railhead.core.session;

import dev.railhead.ModelOptions;
import dev.railhead.core.reference.ReferenceBackendProvider;

/// The scalar backend in a process that isn't its own.
class ReferenceGoodGuestTest extends GoodGuestContract {
    @Override
    protected ModelOptions options() {
        return ModelOptions.defaults().withBackend(ReferenceBackendProvider.NAME);
    }
}
