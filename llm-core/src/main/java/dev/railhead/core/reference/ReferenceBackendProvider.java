package dev.railhead.core.reference;

import dev.railhead.spi.Backend;
import dev.railhead.spi.BackendProvider;
import java.util.Optional;

/// Provides the scalar backend, which works everywhere.
public final class ReferenceBackendProvider implements BackendProvider {
    /// The backend's name.
    public static final String NAME = "reference";

    /// For the service loader.
    public ReferenceBackendProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.empty();
    }

    @Override
    public Backend create(int threads) {
        return new ReferenceBackend();
    }
}
