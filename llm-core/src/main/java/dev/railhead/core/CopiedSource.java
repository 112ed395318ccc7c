package dev.railhead.core;

import dev.railhead.spi.Metadata;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// A model file in memory, together with the memory.
record CopiedSource(ModelSource source, MemoryCopy memory) implements ModelSource {
    @Override
    public String name() {
        return source.name();
    }

    @Override
    public Metadata metadata() {
        return source.metadata();
    }

    @Override
    public Collection<Tensor> tensors() {
        return source.tensors();
    }

    @Override
    public @Nullable Tensor tensor(String name) {
        return source.tensor(name);
    }

    @Override
    public void checkUnchanged() {
        source.checkUnchanged();
    }

    @Override
    public void close() {
        source.close();
        memory.close();
    }
}
