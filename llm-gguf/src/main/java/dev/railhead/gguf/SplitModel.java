package dev.railhead.gguf;

import dev.railhead.ModelFormatException;
import dev.railhead.ModelLoadException;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Tensor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The rules of split models: each shard says which of how many it is; metadata is in the first.
final class SplitModel {
    /// The shard's number, counted from 0.
    static final String NUMBER = "split.no";

    /// Number of shards.
    static final String COUNT = "split.count";

    /// Number of tensors in all shards.
    static final String TENSORS = "split.tensors.count";

    private static final String ARCHITECTURE = "general.architecture";

    private SplitModel() {}

    /// The number of shards of a model; 1 for one that is not split.
    static int count(Metadata first) {
        return first.has(COUNT) ? Math.max(1, first.integer(COUNT, 0, Limits.SHARDS)) : 1;
    }

    /// Checks that a file is a first shard and named like one.
    static SplitName name(Path path, Metadata first, int count) {
        String file = first.file();
        SplitName name = SplitName.of(file).filter(n -> n.count() == count).orElseThrow(
                () -> first.error(COUNT, "a file named like NAME-%05d-of-%05d.gguf".formatted(1, count), file));
        long number = first.integer(NUMBER, 0);
        if (number != 0 || !file.equals(name.shard(0))) {
            throw new ModelLoadException(path + ": expected the first shard of a split model, found shard "
                    + (number + 1) + " of " + count + "; open " + name.beside(path, 0) + " instead");
        }
        return name;
    }

    /// Checks that a file is the shard its name says, of the same model.
    static void check(Metadata first, Metadata shard, int number, int count) {
        if (shard.integer(COUNT) != count) {
            throw shard.error(COUNT, count + " as in " + first.file(), Long.toString(shard.integer(COUNT)));
        }
        if (shard.integer(NUMBER) != number) {
            throw shard.error(NUMBER, number + " as the file's name says", Long.toString(shard.integer(NUMBER)));
        }
        if (shard.has(ARCHITECTURE) && first.has(ARCHITECTURE)
                && !shard.string(ARCHITECTURE).equals(first.string(ARCHITECTURE))) {
            throw shard.error(ARCHITECTURE, "'" + first.string(ARCHITECTURE) + "' as in " + first.file(),
                    "'" + shard.string(ARCHITECTURE) + "'; the shard is of another model");
        }
    }

    /// Checks that the shards together hold all tensors, each once.
    static void checkTensors(List<GgufShard> shards) {
        Metadata first = shards.getFirst().metadata();
        Map<String, String> files = new HashMap<>();
        for (GgufShard shard : shards) {
            for (Tensor tensor : shard.tensors()) {
                String other = files.put(tensor.name(), tensor.file());
                if (other != null) {
                    throw new ModelFormatException("tensor '" + tensor.name() + "' of " + tensor.file()
                            + ": expected in one shard only, found in " + other + " too");
                }
            }
        }
        long expected = first.integer(TENSORS, files.size());
        if (expected != files.size()) {
            throw first.error(TENSORS, expected + " tensors in all shards",
                    files.size() + "; a shard is of another model");
        }
    }
}
