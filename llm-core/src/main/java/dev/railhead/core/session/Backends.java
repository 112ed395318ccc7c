package dev.railhead.core.session;

import dev.railhead.spi.Backend;
import dev.railhead.spi.BackendProvider;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Chooses a backend among the providers on the class path.
final class Backends {
    private static final System.Logger LOGGER = System.getLogger(Backends.class.getName());
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private Backends() {}

    /// Makes the backend of a name, or the best one that works here.
    ///
    /// @throws IllegalArgumentException if there is none of that name
    /// @throws IllegalStateException if the one asked for does not work here
    static Backend create(@Nullable String name, int threads) {
        List<BackendProvider> providers = ServiceLoader
                .load(BackendProvider.class, Backends.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get).sorted(Comparator.comparingInt(BackendProvider::priority).reversed())
                .toList();
        return name == null ? best(providers, threads) : named(providers, name, threads);
    }

    private static Backend best(List<BackendProvider> providers, int threads) {
        for (BackendProvider provider : providers) {
            var reason = provider.unavailable();
            if (reason.isEmpty()) {
                return provider.create(threads);
            }
            if (WARNED.compareAndSet(false, true)) {
                LOGGER.log(System.Logger.Level.WARNING, "the backend '" + provider.name()
                        + "' can't be used, a slower one computes: " + reason.get());
            }
        }
        throw new IllegalStateException("no backend found: the jar of llm-core lacks its META-INF/services");
    }

    private static Backend named(List<BackendProvider> providers, String name, int threads) {
        for (BackendProvider provider : providers) {
            if (provider.name().equals(name)) {
                provider.unavailable().ifPresent(reason -> {
                    throw new IllegalStateException("the backend '" + name + "' can't be used: " + reason);
                });
                return provider.create(threads);
            }
        }
        throw new IllegalArgumentException("backend: expected one of "
                + providers.stream().map(BackendProvider::name).toList() + ", found '" + name + "'");
    }
}
