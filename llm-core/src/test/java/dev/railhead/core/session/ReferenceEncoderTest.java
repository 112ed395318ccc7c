package dev.railhead.core.session;

import dev.railhead.ModelOptions;
import dev.railhead.core.reference.ReferenceBackendProvider;

/// All encoders with the scalar backend.
class ReferenceEncoderTest extends EncoderContract {
    @Override
    protected ModelOptions options() {
        return ModelOptions.defaults().withBackend(ReferenceBackendProvider.NAME);
    }
}
