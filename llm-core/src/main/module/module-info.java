import dev.railhead.core.RailheadEngine;
import dev.railhead.core.reference.ReferenceBackendProvider;
import dev.railhead.spi.BackendProvider;
import dev.railhead.spi.Engine;

/// Model families, tokenizers, sessions, sampling and the scalar reference backend. Applications
/// see `dev.railhead.api` only; a backend may use the scalar one.
@SuppressWarnings("module") // the backend is compiled later
module dev.railhead.core {
    requires transitive dev.railhead.gguf;
    requires com.google.common;

    exports dev.railhead.core.reference to dev.railhead.cpu;

    uses BackendProvider;

    provides Engine with RailheadEngine;
    provides BackendProvider with ReferenceBackendProvider;
}
