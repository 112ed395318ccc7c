package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.ModelOptions;
import dev.railhead.core.session.MixedEncoderContract;
import org.junit.jupiter.api.Test;

/// Mixed quantized files of encoders and T5 with the Vector API backend.
class CpuMixedEncoderTest extends MixedEncoderContract {
    @Override
    protected ModelOptions options() {
        return ModelOptions.defaults().withBackend(CpuBackendProvider.NAME);
    }

    @Test
    void theScalarBackendGivesTheSameBits() {
        assertThat(outputs(file(), options())).isDeepEqualTo(outputs(file(), options().withBackend("reference")));
    }
}
