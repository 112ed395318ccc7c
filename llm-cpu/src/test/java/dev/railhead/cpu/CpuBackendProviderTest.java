package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.cpu.simd.Width;
import dev.railhead.gguf.testing.ChildJvm;
import dev.railhead.spi.Backend;
import dev.railhead.spi.BackendProvider;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class CpuBackendProviderTest {
    @Test
    void isFoundAndPreferred() {
        BackendProvider first = ServiceLoader.load(BackendProvider.class).stream().map(ServiceLoader.Provider::get)
                .max(java.util.Comparator.comparingInt(BackendProvider::priority)).orElseThrow();
        assertThat(first.name()).isEqualTo("cpu");
        assertThat(first.unavailable()).isEmpty();
    }

    @Test
    void describesItself() {
        try (Backend backend = new CpuBackendProvider().create(2)) {
            assertThat(backend.name()).isEqualTo("cpu");
            assertThat(backend.description()).isEqualTo("cpu (Vector API, " + Width.BITS + " bit, 2 threads)");
        }
    }

    @Test
    void refusesNoThreads() {
        assertThatThrownBy(() -> new CpuBackendProvider().create(0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threads: expected at least 1, found 0");
    }

    @Test
    void saysWhichFlagIsMissing() throws Exception {
        ChildJvm.Result result = ChildJvm.run(List.of(), WithoutModule.class, List.of());
        assertThat(result.output()).contains("the module jdk.incubator.vector is not loaded: start Java with"
                + " --add-modules jdk.incubator.vector");
        assertThat(result.exitCode()).isZero();
    }

    /// Prints why the backend is not available.
    static final class WithoutModule {
        private WithoutModule() {}

        public static void main(String[] args) {
            System.out.println(new CpuBackendProvider().unavailable().orElse("available"));
        }
    }
}
