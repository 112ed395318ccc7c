package dev.railhead.gguf;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.railhead.ModelFormatException;
import dev.railhead.spi.FileStamp;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A GGUF model, version 2 or 3, little-endian: one file, the shards of a split model, or bytes in memory. Thread-safe.
public final class GgufFile implements ModelSource {
    private final String name;
    private final List<GgufShard> shards;
    private final List<MappedFile> files;
    private final long bytes;
    private final ImmutableMap<String, Tensor> tensors;

    private GgufFile(String name, List<GgufShard> shards, List<MappedFile> files, long bytes) {
        this.name = name;
        this.shards = ImmutableList.copyOf(shards);
        this.files = ImmutableList.copyOf(files);
        this.bytes = bytes;
        ImmutableMap.Builder<String, Tensor> byName = ImmutableMap.builder();
        shards.forEach(shard -> shard.tensors().forEach(tensor -> byName.put(tensor.name(), tensor)));
        tensors = byName.buildOrThrow();
    }

    /// Maps a file, or all shards of a split model, and reads the headers.
    ///
    /// @param path the file; of a split model the first shard
    /// @throws dev.railhead.ModelLoadException if a file can't be opened, is damaged or not supported
    public static GgufFile open(Path path) {
        return open(MappedFile.open(path));
    }

    /// Reads a mapped file, which belongs to the model from here on, also when this fails.
    static GgufFile open(MappedFile first) {
        List<MappedFile> files = new ArrayList<>();
        files.add(first);
        try {
            List<GgufShard> shards = new ArrayList<>();
            shards.add(GgufShard.read(first));
            Metadata metadata = shards.getFirst().metadata();
            int count = SplitModel.count(metadata);
            if (count > 1) {
                SplitName names = SplitModel.name(first.path(), metadata, count);
                for (int number = 1; number < count; number++) {
                    MappedFile file = MappedFile.open(names.beside(first.path(), number));
                    files.add(file);
                    GgufShard shard = GgufShard.read(file);
                    SplitModel.check(metadata, shard.metadata(), number, count);
                    shards.add(shard);
                }
                SplitModel.checkTensors(shards);
            }
            return new GgufFile(first.name(), shards, files, files.stream().mapToLong(f -> f.bytes().byteSize()).sum());
        } catch (InternalError e) {
            files.forEach(MappedFile::close);
            throw files.getLast().truncated(e);
        } catch (RuntimeException e) {
            files.forEach(MappedFile::close);
            throw e;
        }
    }

    /// Reads a model in memory. The bytes stay the caller's: they must not change, nor be freed, while the model is
    /// used.
    ///
    /// @param name what messages call it
    /// @param bytes a whole file
    /// @throws dev.railhead.ModelLoadException if it is damaged or not supported
    public static GgufFile of(String name, MemorySegment bytes) {
        if (bytes.byteSize() == 0) {
            throw new ModelFormatException(name + ": expected a model, found no bytes");
        }
        GgufShard shard = GgufShard.read(name, bytes);
        int count = SplitModel.count(shard.metadata());
        if (count > 1) {
            throw shard.metadata().error(SplitModel.COUNT, "a whole model in memory",
                    "one of " + count + " shards; merge them with llama-gguf-split, or open the first from its file");
        }
        return new GgufFile(name, List.of(shard), List.of(), bytes.byteSize());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Metadata metadata() {
        return shards.getFirst().metadata();
    }

    @Override
    public ImmutableList<Tensor> tensors() {
        return tensors.values().asList();
    }

    @Override
    public @Nullable Tensor tensor(String tensorName) {
        return tensors.get(tensorName);
    }

    /// The format version of the file.
    public int version() {
        return shards.getFirst().version();
    }

    /// The alignment of tensor data, in bytes.
    public int alignment() {
        return shards.getFirst().alignment();
    }

    /// Number of files the model consists of.
    public int shardCount() {
        return shards.size();
    }

    /// Where the data section of the first file begins, in bytes.
    public long dataOffset() {
        return shards.getFirst().dataOffset();
    }

    /// Size of all files, in bytes.
    public long fileBytes() {
        return bytes;
    }

    /// Where a tensor's data begins in its file, in bytes.
    ///
    /// @throws IllegalArgumentException if there is no such tensor
    public long tensorOffset(String tensorName) {
        Tensor tensor = tensors.get(tensorName);
        if (tensor == null) {
            throw new IllegalArgumentException("tensor '" + tensorName + "': no such tensor in " + name);
        }
        return shards.stream().filter(shard -> shard.file().equals(tensor.file())).findFirst().orElseThrow()
                .offset(tensor);
    }

    @Override
    public List<FileStamp> files() {
        return MappedFile.stamps(files);
    }

    @Override
    public void checkUnchanged() {
        files.forEach(MappedFile::checkUnchanged);
    }

    @Override
    public void close() {
        files.forEach(MappedFile::close);
    }
}
