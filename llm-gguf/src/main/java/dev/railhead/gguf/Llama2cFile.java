package dev.railhead.gguf;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.railhead.ModelLoadException;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.FileStamp;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A llama2.c checkpoint of version 0 (legacy), 1 or 2 (int8) with its `tokenizer.bin`, presented with GGUF's keys and
/// tensor names. Float weights stay in the file; int8 weights are copied at opening, to bring scales and codes together.
/// Thread-safe.
///
/// Rows of `attn_q` and `attn_k` keep their order: llama2.c rotates neighbouring values, as llama does in GGUF.
public final class Llama2cFile implements ModelSource {
    /// llama2.c has it in its code, not in the file.
    private static final double EPSILON = 1e-5f;
    private static final double ROPE_BASE = 10000;

    private final MappedFile file;
    private final Arena arena;
    private final Metadata metadata;
    private final ImmutableMap<String, Tensor> tensors;
    private final Llama2cHeader header;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Llama2cFile(MappedFile file, Arena arena, Path tokenizer) {
        this.file = file;
        this.arena = arena;
        header = Llama2cHeader.read(file.name(), file.bytes());
        List<Llama2cLayout.Item> layout = Llama2cLayout.of(file.name(), header, file.bytes().byteSize());
        Map<String, Object> values = hyperparameters();
        if (Files.notExists(tokenizer)) {
            throw new ModelLoadException("tokenizer of " + file.name() + ": expected the file " + tokenizer
                    + ", found none; name it with ModelOptions.withTokenizer (--tokenizer on the command line)");
        }
        try (MappedFile vocabulary = MappedFile.open(tokenizer)) {
            Llama2cTokenizer.read(vocabulary.name(), vocabulary.bytes(), header.vocabSize(), values);
        }
        ImmutableList.Builder<Tensor> all = ImmutableList.builder();
        layout.forEach(item -> all.add(tensor(item)));
        tensors = Maps.uniqueIndex(all.build(), Tensor::name);
        metadata = new Metadata(file.name(), values, key -> -1);
    }

    /// Maps a checkpoint and reads its tokenizer.
    ///
    /// @param path the checkpoint
    /// @param tokenizer its `tokenizer.bin`; null means the file of that name beside it
    /// @throws ModelLoadException if a file can't be opened, is damaged or not supported
    public static Llama2cFile open(Path path, @Nullable Path tokenizer) {
        return open(MappedFile.open(path), tokenizer);
    }

    /// Reads a mapped file, which belongs to the model from here on, also when this fails.
    static Llama2cFile open(MappedFile file, @Nullable Path tokenizer) {
        Arena arena = Arena.ofShared();
        try {
            Path vocabulary = tokenizer != null ? tokenizer : file.path().resolveSibling("tokenizer.bin");
            return new Llama2cFile(file, arena, vocabulary);
        } catch (InternalError e) {
            arena.close();
            file.close();
            throw file.truncated(e);
        } catch (RuntimeException e) {
            arena.close();
            file.close();
            throw e;
        }
    }

    private Tensor tensor(Llama2cLayout.Item item) {
        long elements = item.elements();
        MemorySegment bytes = file.bytes();
        if (!item.quantized()) {
            return new Tensor(item.name(), WeightTypes.F32, item.shape(),
                    bytes.asSlice(item.offset(), elements * Float.BYTES), file.name(),
                    (offset, out, at, count) -> file.read(item.offset() + offset, out, at, count));
        }
        return Llama2cInt8.tensor(item, header.groupSize(), file, arena);
    }

    private Map<String, Object> hyperparameters() {
        Map<String, Object> values = new LinkedHashMap<>();
        String fileName = file.name();
        int extension = fileName.lastIndexOf('.');
        values.put("general.architecture", "llama");
        values.put("general.name", extension > 0 ? fileName.substring(0, extension) : fileName);
        values.put("llama.context_length", (long) header.seqLen());
        values.put("llama.embedding_length", (long) header.dim());
        values.put("llama.block_count", (long) header.layers());
        values.put("llama.feed_forward_length", (long) header.hiddenDim());
        values.put("llama.attention.head_count", (long) header.heads());
        values.put("llama.attention.head_count_kv", (long) header.kvHeads());
        values.put("llama.attention.layer_norm_rms_epsilon", EPSILON);
        values.put("llama.rope.dimension_count", (long) header.headDim());
        values.put("llama.rope.freq_base", ROPE_BASE);
        values.put("llama.vocab_size", (long) header.vocabSize());
        return values;
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public Metadata metadata() {
        return metadata;
    }

    @Override
    public ImmutableList<Tensor> tensors() {
        return tensors.values().asList();
    }

    @Override
    public @Nullable Tensor tensor(String tensorName) {
        return tensors.get(tensorName);
    }

    /// The version of the format: 0, 1 or 2.
    public int version() {
        return header.version();
    }

    /// Where the weights begin, in bytes.
    public long dataOffset() {
        return header.bytes();
    }

    /// Size of the checkpoint, in bytes.
    public long fileBytes() {
        return file.bytes().byteSize();
    }

    @Override
    public List<FileStamp> files() {
        return MappedFile.stamps(List.of(file));
    }

    @Override
    public void checkUnchanged() {
        file.checkUnchanged();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            arena.close();
            file.close();
        }
    }
}
