package dev.railhead.spi;

import java.util.Optional;

/// Makes backends; found through [java.util.ServiceLoader]. Loading a provider must work on every JVM, also where its
/// backend does not: classes that need an absent module are touched only in [#create].
public interface BackendProvider {
    /// The backend's name, for example `cpu`.
    String name();

    /// The usable provider with the highest priority is taken unless one is asked for by name. The scalar reference
    /// backend has 0.
    int priority();

    /// Why the backend can't be used here and what to do about it, or empty if it can.
    Optional<String> unavailable();

    /// Makes a backend for one model.
    ///
    /// @param threads threads that compute, the calling thread included; at least 1
    Backend create(int threads);
}
