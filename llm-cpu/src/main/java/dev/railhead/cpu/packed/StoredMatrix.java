package dev.railhead.cpu.packed;

import dev.railhead.spi.PackedBytes;
import dev.railhead.spi.Tensor;
import java.lang.foreign.MemorySegment;

/// A packed matrix whose bytes can be kept in a file and be restored.
abstract class StoredMatrix extends PackedMatrix {
    /// Replaced by a copy with the same bytes while other threads compute, so whoever adds to an address reads it once. The
    /// write comes after the bytes of the copy. Read once for each chunk, so volatile costs nothing.
    private volatile MemorySegment data;

    StoredMatrix(Tensor tensor, MemorySegment data) {
        super(tensor);
        this.data = data;
    }

    /// Names the form of the bytes.
    abstract String form();

    final MemorySegment data() {
        return data;
    }

    @Override
    public final PackedBytes packed() {
        return new PackedBytes(form(), data);
    }

    @Override
    public final void moveTo(MemorySegment copy) {
        if (copy.byteSize() != data.byteSize()) {
            throw new IllegalArgumentException("matrix '" + name() + "': expected a copy of " + data.byteSize()
                    + " packed bytes, found " + copy.byteSize());
        }
        data = copy;
    }

    @Override
    public final long bytes() {
        MemorySegment now = data;
        return now.isMapped() ? 0 : now.byteSize();
    }
}
