package dev.railhead.core.session;

import dev.railhead.core.model.StepContract;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.spi.Backend;
import org.junit.jupiter.api.Nested;

/// Steps of recurrent models: the rows of a sequence change its state and no other's.
class RecurrentStepTest {
    private abstract static class Recurrent extends StepContract {
        private final GeneratedDecoder decoder;

        private Recurrent(GeneratedDecoder decoder) {
            this.decoder = decoder;
        }

        @Override
        protected Backend backend() {
            return new ReferenceBackend();
        }

        @Override
        protected byte[] model() {
            return decoder.writer().toByteArray();
        }
    }

    @Nested
    class OfGatedDeltaNets extends Recurrent {
        OfGatedDeltaNets() {
            super(GeneratedDecoder.QWEN35MOE);
        }
    }

    @Nested
    class OfSelectiveScans extends Recurrent {
        OfSelectiveScans() {
            super(GeneratedDecoder.MAMBA);
        }
    }

    @Nested
    class OfShortConvolutions extends Recurrent {
        OfShortConvolutions() {
            super(GeneratedDecoder.LFM2MOE);
        }
    }
}
