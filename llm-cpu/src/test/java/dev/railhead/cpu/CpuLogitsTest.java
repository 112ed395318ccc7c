package dev.railhead.cpu;

import dev.railhead.KvCacheType;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.core.session.LogitsContract;
import dev.railhead.core.session.ReferenceCase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The Vector API backend against the reference's logits, and against the scalar backend to the last bit.
class CpuLogitsTest extends LogitsContract {
    @Override
    protected ModelOptions options() {
        return ModelOptions.defaults().withBackend("cpu").withThreads(2);
    }

    @ParameterizedTest
    @MethodSource("all")
    void logitsEqualTheScalarBackendsToTheLastBit(ReferenceCase reference) {
        for (KvCacheType type : KvCacheType.values()) {
            ModelOptions scalarOptions = ModelOptions.defaults().withBackend("reference").withKvCacheType(type);
            try (Model cpu = reference.load(options().withKvCacheType(type));
                    Model scalar = reference.load(scalarOptions)) {
                assertSameBits(batch(cpu, reference.tokens()), batch(scalar, reference.tokens()),
                        reference.path() + ", " + type);
            }
        }
    }
}
