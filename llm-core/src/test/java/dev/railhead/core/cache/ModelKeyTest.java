package dev.railhead.core.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.PackedCache;
import dev.railhead.gguf.GgufFile;
import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.spi.FileStamp;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two models have the same key only if they are the same.
class ModelKeyTest {
    private static final Path PATH = Path.of("model.gguf");
    private static final FileStamp STAMP = new FileStamp(PATH, 10, FileTime.fromMillis(1), FileTime.fromMillis(2), 3);

    @TempDir
    private Path folder;

    /// The tensors of a model with any stamps.
    private record Stamped(List<FileStamp> files, GgufFile file) implements ModelSource {
        @Override
        public String name() {
            return file.name();
        }

        @Override
        public Metadata metadata() {
            return file.metadata();
        }

        @Override
        public Collection<Tensor> tensors() {
            return file.tensors();
        }

        @Override
        public Tensor tensor(String name) {
            return file.tensor(name);
        }

        @Override
        public void checkUnchanged() {}

        @Override
        public void close() {}
    }

    private static byte[] key(TinyLlama model, FileStamp... stamps) {
        byte[] bytes = model.writer().toByteArray();
        return ModelKey.of(new Stamped(List.of(stamps), GgufFile.of("m", MemorySegment.ofArray(bytes))));
    }

    @Test
    void everythingOfAStampCounts() {
        TinyLlama model = TinyLlama.defaults();
        List<byte[]> keys = Stream.of(new FileStamp[]{STAMP},
                new FileStamp[]{new FileStamp(PATH, 11, STAMP.modified(), STAMP.changed(), 3)},
                new FileStamp[]{new FileStamp(PATH, 10, FileTime.fromMillis(2), STAMP.changed(), 3)},
                new FileStamp[]{new FileStamp(PATH, 10, STAMP.modified(), FileTime.fromMillis(3), 3)},
                new FileStamp[]{new FileStamp(PATH, 10, STAMP.modified(), null, 3)},
                new FileStamp[]{new FileStamp(PATH, 10, STAMP.modified(), STAMP.changed(), 4)},
                new FileStamp[]{STAMP, STAMP}).map(stamps -> key(model, stamps)).toList();
        assertThat(keys).doesNotHaveDuplicates().allMatch(key -> key.length == ModelKey.BYTES);
        assertThat(key(model, STAMP)).isEqualTo(keys.getFirst());
    }

    @Test
    void theNameOfTheFileDoesNotCount() {
        FileStamp renamed = new FileStamp(Path.of("other"), 10, STAMP.modified(), STAMP.changed(), 3);
        assertThat(key(TinyLlama.defaults(), renamed)).isEqualTo(key(TinyLlama.defaults(), STAMP));
    }

    @Test
    void otherWeightsUnderTheSameStampAreSeen() {
        TinyLlama model = TinyLlama.defaults();
        TinyLlama other = new TinyLlama(32, 64, 2, 4, 2, 128, model.type(), 2);
        assertThat(other.writer().toByteArray()).hasSameSizeAs(model.writer().toByteArray());
        assertThat(key(other, STAMP)).isNotEqualTo(key(model, STAMP));
    }

    @Test
    void otherShapesUnderTheSameStampAreSeen() {
        TinyLlama wide = new TinyLlama(32, 96, 2, 4, 2, 128, TinyLlama.defaults().type(), 1);
        assertThat(key(wide, STAMP)).isNotEqualTo(key(TinyLlama.defaults(), STAMP));
    }

    @Test
    void theCacheIsBesideTheModelOrInADirectory() throws IOException {
        Path model = Files.createFile(folder.resolve("model.gguf"));
        assertThat(CacheLocation.of(model, PackedCache.besideModel()))
                .isEqualTo(folder.resolve("model.gguf.railhead"));
        Path directory = Path.of("cache");
        Path first = CacheLocation.of(model, PackedCache.in(directory));
        assertThat(first.toString()).matches("cache.model\\.gguf-[0-9a-f]{12}\\.railhead");
        Path link = Files.createSymbolicLink(folder.resolve("link.gguf"), model);
        assertThat(CacheLocation.of(link, PackedCache.in(directory)).toString())
                .isEqualTo(first.toString().replace("model.gguf", "link.gguf"));
        Path same = Files.createFile(Files.createDirectory(folder.resolve("b")).resolve("model.gguf"));
        assertThat(CacheLocation.of(same, PackedCache.in(directory))).isNotEqualTo(first);
        assertThat(CacheLocation.of(PATH, PackedCache.besideModel())).isEqualTo(Path.of("model.gguf.railhead"));
    }
}
