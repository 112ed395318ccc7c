import dev.railhead.cpu.CpuBackendProvider;
import dev.railhead.spi.BackendProvider;

/// The Vector API backend. An application on the module path that requires it needs no
/// `--add-modules jdk.incubator.vector`.
module dev.railhead.cpu {
    requires transitive dev.railhead.core;
    requires jdk.incubator.vector;

    provides BackendProvider with CpuBackendProvider;
}
