package dev.railhead.cpu;

import dev.railhead.ModelOptions;
import dev.railhead.core.session.GoodGuestContract;

/// The Vector API backend in a process that isn't its own.
class CpuGoodGuestTest extends GoodGuestContract {
    @Override
    protected ModelOptions options() {
        return ModelOptions.defaults().withBackend(CpuBackendProvider.NAME).withThreads(2);
    }
}
