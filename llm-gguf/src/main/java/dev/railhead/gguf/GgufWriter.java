package dev.railhead.gguf;

import com.google.common.math.LongMath;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.spi.WeightType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Writes GGUF files of version 3. Metadata and tensors are added first; tensors are asked for their data while
/// writing,
/// piece by piece, so a file may be larger than memory. A file appears under its name only when it is complete. Not
/// thread-safe.
public final class GgufWriter {
    private static final int VERSION = 3;
    private static final String ALIGNMENT_KEY = "general.alignment";

    /// Bytes written at once, or one row where a row is longer.
    private static final int PIECE_BYTES = 1 << 20;

    private record Value(ValueType type, Object value) {}

    private record Entry(String name, WeightType type, long[] shape, TensorData data) {
        long bytes() {
            return type.bytes(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        }
    }

    private final Map<String, Value> metadata = new LinkedHashMap<>();
    private final Map<String, Entry> tensors = new LinkedHashMap<>();
    private int alignment = 32;

    /// Adds or replaces a metadata value.
    ///
    /// @param value a Long or Integer for the integer types (u64 as its 64 bits), a Double or Float, a Boolean, a
    ///     String or a [GgufArray]
    /// @throws IllegalArgumentException if the value is not of the type
    public GgufWriter put(String key, ValueType type, Object value) {
        GgufEncoder.check(key, type, value);
        metadata.put(key, new Value(type, value));
        return this;
    }

    /// Adds or replaces a string.
    public GgufWriter put(String key, String value) {
        return put(key, ValueType.STRING, value);
    }

    /// Adds or replaces a u32.
    public GgufWriter put(String key, long value) {
        return put(key, ValueType.UINT32, value);
    }

    /// Adds or replaces an f32.
    public GgufWriter put(String key, float value) {
        return put(key, ValueType.FLOAT32, value);
    }

    /// Adds or replaces a boolean.
    public GgufWriter put(String key, boolean value) {
        return put(key, ValueType.BOOL, value);
    }

    /// Adds or replaces an array.
    ///
    /// @param elements as in [GgufArray]
    public GgufWriter putArray(String key, ValueType elementType, Object elements) {
        return put(key, ValueType.ARRAY, new GgufArray(elementType, elements));
    }

    /// Removes a metadata value.
    public GgufWriter remove(String key) {
        metadata.remove(key);
        return this;
    }

    /// Sets the alignment of tensor data, and the key for it; 32 unless set.
    ///
    /// @param bytes a power of two, at least 8
    public GgufWriter alignment(int bytes) {
        if (bytes < 8 || bytes > Limits.ALIGNMENT || Integer.bitCount(bytes) != 1) {
            throw new IllegalArgumentException(
                    "alignment: expected a power of two from 8 to " + Limits.ALIGNMENT + ", found " + bytes);
        }
        alignment = bytes;
        return put(ALIGNMENT_KEY, bytes);
    }

    /// Adds or replaces a tensor.
    ///
    /// @param shape GGUF's order, `shape[0]` the row length
    /// @param data its bytes
    /// @throws IllegalArgumentException if the shape does not suit the type
    public GgufWriter tensor(String name, WeightType type, long[] shape, TensorData data) {
        if (shape.length < 1 || shape.length > Limits.DIMENSIONS || Arrays.stream(shape).anyMatch(n -> n < 1)
                || shape[0] % type.blockSize() != 0) {
            throw new IllegalArgumentException("tensor '" + name + "': expected 1 to " + Limits.DIMENSIONS
                    + " positive dimensions, the first a multiple of " + type.blockSize() + ", found "
                    + Arrays.toString(shape));
        }
        tensors.put(name, new Entry(name, type, shape.clone(), data));
        return this;
    }

    /// Adds or replaces a tensor whose values are encoded row by row.
    public GgufWriter tensorRows(String name, BlockType type, long[] shape, TensorData.Rows rows) {
        return tensor(name, type, shape,
                TensorData.encoded(type, Math.toIntExact(shape[0]), rows));
    }

    /// Removes a tensor.
    public GgufWriter removeTensor(String name) {
        tensors.remove(name);
        return this;
    }

    /// Writes one file, replacing one of that name in a single step.
    ///
    /// @throws UncheckedIOException if it can't be written; nothing is left behind then
    public void write(Path path) {
        replace(path, channel -> write(channel, metadata, List.copyOf(tensors.values())));
    }

    /// Writes a split model: the metadata and the first share of the tensors into the first shard, the other tensors
    /// into the others.
    ///
    /// @param directory where to
    /// @param name the names' part before `-00001-of-00002.gguf`
    /// @param shards number of files, at least 1
    /// @return the files in order
    public List<Path> writeSplit(Path directory, String name, int shards) {
        if (shards < 1 || shards > Limits.SHARDS) {
            throw new IllegalArgumentException("shards: expected 1 to " + Limits.SHARDS + ", found " + shards);
        }
        SplitName names = new SplitName(name, shards);
        List<Entry> all = List.copyOf(tensors.values());
        List<Path> files = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            Map<String, Value> values = new LinkedHashMap<>(shard == 0 ? metadata : Map.of());
            if (metadata.containsKey(ALIGNMENT_KEY)) {
                values.put(ALIGNMENT_KEY, metadata.get(ALIGNMENT_KEY));
            }
            values.put(SplitModel.NUMBER, new Value(ValueType.UINT16, shard));
            values.put(SplitModel.COUNT, new Value(ValueType.UINT16, shards));
            values.put(SplitModel.TENSORS, new Value(ValueType.INT32, all.size()));
            List<Entry> share = all.subList((int) ((long) all.size() * shard / shards),
                    (int) ((long) all.size() * (shard + 1) / shards));
            Path file = directory.resolve(names.shard(shard));
            replace(file, channel -> write(channel, values, share));
            files.add(file);
        }
        return files;
    }

    /// The bytes of the file, for small models.
    public byte[] toByteArray() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            write(Channels.newChannel(out), metadata, List.copyOf(tensors.values()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private void write(WritableByteChannel channel, Map<String, Value> values, List<Entry> entries)
            throws IOException {
        GgufEncoder header = new GgufEncoder();
        header.int32(GgufShard.MAGIC);
        header.int32(VERSION);
        header.int64(entries.size());
        header.int64(values.size());
        for (Map.Entry<String, Value> entry : values.entrySet()) {
            header.entry(entry.getKey(), entry.getValue().type, entry.getValue().value);
        }
        long offset = 0;
        for (Entry entry : entries) {
            header.string(entry.name);
            header.int32(entry.shape.length);
            for (long dimension : entry.shape) {
                header.int64(dimension);
            }
            header.int32(entry.type.id());
            header.int64(offset);
            offset += aligned(entry.bytes());
        }
        byte[] bytes = header.toByteArray();
        writeFully(channel, ByteBuffer.wrap(Arrays.copyOf(bytes, (int) aligned(bytes.length))));
        for (Entry entry : entries) {
            writeData(channel, entry);
        }
    }

    private void writeData(WritableByteChannel channel, Entry entry) throws IOException {
        long rowBytes = entry.type.bytes(entry.shape[0]);
        long bytes = entry.bytes();
        long piece = Math.min(bytes, rowBytes * Math.max(1, PIECE_BYTES / rowBytes));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(piece);
            for (long at = 0; at < bytes; at += piece) {
                MemorySegment part = buffer.asSlice(0, Math.min(piece, bytes - at));
                entry.data.read(at, part);
                writeFully(channel, part.asByteBuffer());
            }
        }
        writeFully(channel, ByteBuffer.allocate((int) (aligned(bytes) - bytes)));
    }

    private long aligned(long bytes) {
        return LongMath.divide(bytes, alignment, RoundingMode.CEILING) * alignment;
    }

    private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @FunctionalInterface
    private interface Content {
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    private static void replace(Path path, Content content) {
        Path temporary = path.resolveSibling("." + MappedFile.nameOf(path) + "." + UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": can't be written: " + e.getMessage(), e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // Whatever made writing fail is being thrown already; a leftover temporary file is the lesser problem.
        }
    }
}
