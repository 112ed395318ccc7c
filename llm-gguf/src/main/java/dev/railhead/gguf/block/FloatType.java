package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;
import org.jspecify.annotations.Nullable;

/// A weight type of floating point numbers: one value per block.
abstract class FloatType implements BlockType {
    /// Values converted at once, so that the buffer stays in the first level cache.
    static final int CHUNK = 4096;

    private final String name;
    private final Form form;
    private final int id;
    private final int bytes;

    FloatType(String name, Form form, int id, int bytes) {
        this.name = name;
        this.form = form;
        this.id = id;
        this.bytes = bytes;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int id() {
        return id;
    }

    @Override
    public final int blockSize() {
        return 1;
    }

    @Override
    public final int blockBytes() {
        return bytes;
    }

    @Override
    public final Form form() {
        return form;
    }

    @Override
    public final @Nullable CodeLayout codes() {
        return null;
    }

    @Override
    public final void decodeCodes(byte[] data, int offset, int count, CodeBlocks out, int first) {
        throw new UnsupportedOperationException("type " + name() + " has no codes");
    }

    @Override
    public final String toString() {
        return name;
    }
}
