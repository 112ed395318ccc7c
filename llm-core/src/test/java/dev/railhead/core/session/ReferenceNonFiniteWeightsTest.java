package dev.railhead.core.session;

import dev.railhead.ModelOptions;
import dev.railhead.core.reference.ReferenceBackendProvider;

/// Weights that aren't finite on the scalar backend.
class ReferenceNonFiniteWeightsTest extends NonFiniteWeightsContract {
    @Override
    protected ModelOptions options() {
        return ModelOptions.defaults().withBackend(ReferenceBackendProvider.NAME);
    }
}
