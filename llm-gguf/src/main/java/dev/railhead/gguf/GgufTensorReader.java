package dev.railhead.gguf;

import dev.railhead.ModelFormatException;
import dev.railhead.UnsupportedModelException;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads the table of tensors and checks that each lies in the data section, on its own.
final class GgufTensorReader {
    /// Length of the name, one byte of name, number of dimensions, one dimension, type, offset.
    private static final int MIN_ENTRY_BYTES = 8 + 1 + 4 + 8 + 4 + 8;

    /// A line of the table.
    ///
    /// @param offset of the data, from the start of the data section
    /// @param bytes of the data
    /// @param entryOffset of the line in the file
    record Entry(String name, BlockType type, long[] shape, long offset, long bytes, long entryOffset) {}

    private final String file;
    private final GgufCursor in;
    private final int alignment;

    GgufTensorReader(String file, GgufCursor in, int alignment) {
        this.file = file;
        this.in = in;
        this.alignment = alignment;
    }

    /// Checks a number of tensors against the bytes that are left.
    static int entries(GgufCursor in) {
        return in.count("tensors", MIN_ENTRY_BYTES, Limits.TENSORS);
    }

    List<Entry> read(int count) {
        List<Entry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            in.subject("tensor " + i);
            Entry entry = entry();
            if (!names.add(entry.name)) {
                throw in.error(entry.entryOffset, "a name that is not there yet", "a duplicate");
            }
            entries.add(entry);
        }
        return entries;
    }

    private Entry entry() {
        long start = in.position();
        String name = in.name("tensor name", Limits.TENSOR_NAME_BYTES);
        in.subject("tensor '" + name + "'");
        long[] shape = shape();
        long typeAt = in.position();
        BlockType type = type(name);
        if (shape[0] % type.blockSize() != 0) {
            throw in.error(typeAt,
                    "rows of a multiple of " + type.blockSize() + " values, as type " + type.name() + " needs",
                    "shape " + Arrays.toString(shape));
        }
        long bytes = bytes(type, shape, typeAt);
        long offsetAt = in.position();
        long offset = in.int64("data offset");
        if (offset < 0 || offset % alignment != 0) {
            throw in.error(offsetAt, "a data offset that is a multiple of the alignment " + alignment,
                    Long.toUnsignedString(offset));
        }
        return new Entry(name, type, shape, offset, bytes, start);
    }

    private long[] shape() {
        long at = in.position();
        int dimensions = in.int32("number of dimensions");
        if (dimensions < 1 || dimensions > Limits.DIMENSIONS) {
            throw in.error(at, "1 to " + Limits.DIMENSIONS + " dimensions", Integer.toUnsignedString(dimensions));
        }
        long[] shape = new long[dimensions];
        long elements = 1;
        for (int i = 0; i < dimensions; i++) {
            long dimensionAt = in.position();
            shape[i] = in.int64("dimension " + i);
            if (shape[i] <= 0) {
                throw in.error(dimensionAt, "a dimension " + i + " of at least 1", Long.toUnsignedString(shape[i]));
            }
            if (Math.multiplyHigh(elements, shape[i]) != 0 || elements * shape[i] < 0) {
                throw in.error(dimensionAt, "dimensions with a product below 2^63",
                        "shape " + Arrays.toString(Arrays.copyOf(shape, i + 1)));
            }
            elements *= shape[i];
        }
        return shape;
    }

    private BlockType type(String name) {
        long at = in.position();
        int id = in.int32("weight type");
        BlockType type = WeightTypes.byId(id);
        if (type != null) {
            return type;
        }
        Optional<String> known = WeightTypes.nameOf(id);
        if (known.isPresent()) {
            throw new UnsupportedModelException("tensor '" + name + "' of " + file + " at byte " + at
                    + ": expected one of the weight types " + WeightTypes.all() + ", found " + known.get() + " (type "
                    + id + "), which can't be read; take a file with another quantization");
        }
        throw in.error(at, "a weight type", "the unknown type " + Integer.toUnsignedString(id));
    }

    private long bytes(BlockType type, long[] shape, long at) {
        long elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        try {
            return type.bytes(elements);
        } catch (ArithmeticException e) {
            throw in.error(at, "a tensor of less than 2^63 bytes",
                    "shape " + Arrays.toString(shape) + " of type " + type.name());
        }
    }

    /// Checks that every tensor ends within the data section and no two of them overlap.
    ///
    /// @param dataOffset where the data section begins
    /// @param fileBytes size of the file
    void checkLayout(List<Entry> entries, long dataOffset, long fileBytes) {
        long room = fileBytes - dataOffset;
        for (Entry entry : entries) {
            if (entry.offset > room || entry.bytes > room - entry.offset) {
                throw error(entry, "data of " + entry.bytes + " bytes at offset " + entry.offset + " within the "
                        + Math.max(0, room) + " bytes of the data section", "the end of the file; it is truncated");
            }
        }
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Entry::offset));
        for (int i = 1; i < sorted.size(); i++) {
            Entry before = sorted.get(i - 1);
            Entry entry = sorted.get(i);
            if (before.offset + before.bytes > entry.offset) {
                throw error(entry, "data of its own at offset " + entry.offset,
                        "an overlap with tensor '" + before.name + "', which takes the offsets " + before.offset
                                + " to " + (before.offset + before.bytes));
            }
        }
    }

    private ModelFormatException error(Entry entry, String expected, String found) {
        in.subject("tensor '" + entry.name + "'");
        return in.error(entry.entryOffset, expected, found);
    }
}
