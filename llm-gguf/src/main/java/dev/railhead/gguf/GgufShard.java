package dev.railhead.gguf;

import dev.railhead.UnsupportedModelException;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// One GGUF file taken apart: a whole model, or one shard of it.
///
/// @param bytes the whole file
/// @param dataOffset where the data section begins
record GgufShard(String file, MemorySegment bytes, int version, int alignment, long dataOffset, Metadata metadata,
        List<Tensor> tensors) {
    /// `GGUF`, little-endian.
    static final int MAGIC = 0x46554747;

    private static final int DEFAULT_ALIGNMENT = 32;

    /// Takes a mapped file apart.
    static GgufShard read(MappedFile file) {
        return read(file.name(), file.bytes(), file::read);
    }

    /// Takes a file in memory apart.
    static GgufShard read(String file, MemorySegment bytes) {
        return read(file, bytes,
                (position, out, at, count) -> MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, position,
                        out, at, count));
    }

    /// @param reader copies bytes of the file, by their position in it
    private static GgufShard read(String file, MemorySegment bytes, Tensor.Reader reader) {
        GgufCursor in = new GgufCursor(file, bytes);
        int magic = in.int32("magic number");
        if (magic != MAGIC) {
            throw in.error(0, "the magic number \"GGUF\"", "other bytes");
        }
        int version = version(file, in);
        int tensorCount = GgufTensorReader.entries(in);
        int entryCount = GgufMetadataReader.entries(in);

        Metadata metadata = new GgufMetadataReader(file, in).read(entryCount);
        int alignment = alignment(metadata);
        GgufTensorReader table = new GgufTensorReader(file, in, alignment);
        List<GgufTensorReader.Entry> entries = table.read(tensorCount);
        long dataOffset = Math.ceilDiv(in.position(), (long) alignment) * alignment;
        table.checkLayout(entries, dataOffset, bytes.byteSize());

        MemorySegment readOnly = bytes.asReadOnly();
        List<Tensor> tensors = new ArrayList<>(tensorCount);
        for (GgufTensorReader.Entry entry : entries) {
            long first = dataOffset + entry.offset();
            tensors.add(new Tensor(entry.name(), entry.type(), entry.shape(), readOnly.asSlice(first, entry.bytes()),
                    file, (offset, out, at, count) -> reader.read(first + offset, out, at, count)));
        }
        return new GgufShard(file, bytes, version, alignment, dataOffset, metadata, tensors);
    }

    /// Where the data of one of the tensors begins in the file, in bytes.
    long offset(Tensor tensor) {
        return tensor.data().address() - bytes.address();
    }

    private static int version(String file, GgufCursor in) {
        long at = in.position();
        int version = in.int32("version");
        if (version == 2 || version == 3) {
            return version;
        }
        int swapped = Integer.reverseBytes(version);
        if (swapped > 0 && swapped <= 0xFFFF && (version & 0xFFFF) == 0) {
            throw new UnsupportedModelException("header of " + file + " at byte " + at
                    + ": expected a little-endian file, found a big-endian one of version " + swapped
                    + "; convert it with gguf_convert_endian.py of llama.cpp");
        }
        if (version == 0) {
            throw in.error(at, "version 2 or 3", "0");
        }
        throw new UnsupportedModelException("header of " + file + " at byte " + at
                + ": expected version 2 or 3, found " + Integer.toUnsignedString(version)
                + "; convert the model again with a current llama.cpp");
    }

    private static int alignment(Metadata metadata) {
        String key = "general.alignment";
        long alignment = metadata.integer(key, DEFAULT_ALIGNMENT);
        if (alignment < 8 || alignment > Limits.ALIGNMENT || Long.bitCount(alignment) != 1) {
            throw metadata.error(key, "a power of two from 8 to " + Limits.ALIGNMENT, Long.toString(alignment));
        }
        return (int) alignment;
    }
}
