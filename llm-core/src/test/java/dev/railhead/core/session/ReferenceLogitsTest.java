package dev.railhead.core.session;

import dev.railhead.ModelOptions;
import dev.railhead.core.reference.ReferenceBackendProvider;

/// The scalar backend against the reference's logits.
class ReferenceLogitsTest extends LogitsContract {
    @Override
    protected ModelOptions options() {
        return ModelOptions.defaults().withBackend(ReferenceBackendProvider.NAME);
    }
}
