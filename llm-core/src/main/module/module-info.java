import dev.railhead.core.RailheadEngine;
import dev.railhead.core.reference.ReferenceBackendProvider;
import dev.railhead.spi.BackendProvider;
import dev.railhead.spi.Engine;

/// Model families, tokenizers, sessions, sampling and the scalar reference backend. Nothing is exported: applications
/// and backends see `dev.railhead.api` only.
module dev.railhead.core {
    requires transitive dev.railhead.gguf;
    requires com.google.common;

    uses BackendProvider;

    provides Engine with RailheadEngine;
    provides BackendProvider with ReferenceBackendProvider;
}
