package dev.railhead.cpu;

import dev.railhead.spi.Backend;
import dev.railhead.spi.BackendProvider;
import java.util.Optional;

/// Provides the Vector API backend. This class loads on every JVM; those that need `jdk.incubator.vector` are touched in
/// [#create] only.
public final class CpuBackendProvider implements BackendProvider {
    /// The backend's name.
    public static final String NAME = "cpu";

    private static final String MODULE = "jdk.incubator.vector";
    private static final int PRIORITY = 100;

    /// For the service loader.
    public CpuBackendProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public Optional<String> unavailable() {
        if (ModuleLayer.boot().findModule(MODULE).isPresent()) {
            return Optional.empty();
        }
        return Optional.of("the module " + MODULE + " is not loaded: start Java with --add-modules " + MODULE
                + " (on the command line or in the environment variable JDK_JAVA_OPTIONS)");
    }

    @Override
    public Backend create(int threads) {
        Optional<String> reason = unavailable();
        if (reason.isPresent()) {
            throw new IllegalStateException("backend '" + NAME + "' can't be used: " + reason.get());
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads: expected at least 1, found " + threads);
        }
        return new WarmingBackend(WorkerPool.shared(), threads);
    }
}
