package dev.railhead.core.session;

import dev.railhead.ModelOptions;
import dev.railhead.core.reference.ReferenceBackendProvider;

/// Mixed quantized files of encoders and T5 with the scalar backend.
class ReferenceMixedEncoderTest extends MixedEncoderContract {
    @Override
    protected ModelOptions options() {
        return ModelOptions.defaults().withBackend(ReferenceBackendProvider.NAME);
    }
}
