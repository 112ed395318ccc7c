package dev.railhead.cpu;

import dev.railhead.ModelOptions;
import dev.railhead.core.session.EncoderContract;

/// All encoders with the Vector API backend.
class CpuEncoderTest extends EncoderContract {
    @Override
    protected ModelOptions options() {
        return ModelOptions.defaults().withBackend(CpuBackendProvider.NAME);
    }
}
