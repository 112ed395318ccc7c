package dev.railhead.cpu;

import dev.railhead.ModelOptions;
import dev.railhead.core.session.FamilyContract;

/// All families with the Vector API backend.
class CpuFamilyTest extends FamilyContract {
    @Override
    protected ModelOptions options() {
        return ModelOptions.defaults().withBackend(CpuBackendProvider.NAME);
    }
}
