package dev.railhead.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.ModelFileChangedException;
import dev.railhead.ModelFormatException;
import dev.railhead.ModelLoadException;
import dev.railhead.UnsupportedModelException;
import dev.railhead.gguf.testing.BytePatcher;
import dev.railhead.gguf.testing.Resources;
import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.spi.ModelSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files that are missing, of another kind, of another format, or change while they are open.
@Timeout(20)
class BadFileTest {
    @TempDir
    private Path folder;

    private Path good;

    @BeforeEach
    void writeGoodModel() {
        good = folder.resolve("good.gguf");
        TinyLlama.defaults().writer().write(good);
    }

    @AfterEach
    void nothingIsLeftAndAGoodModelLoads() throws IOException {
        Resources.assertNoneOf(folder);
        TinyLlama.defaults().writer().write(good);
        open(good).close();
    }

    private static ModelSource open(Path path) {
        return ModelFiles.open(path, null);
    }

    @Test
    void missing() {
        assertThatThrownBy(() -> open(folder.resolve("none.gguf"))).isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("none.gguf").hasMessageContaining("no such file");
    }

    @Test
    void empty() throws IOException {
        Path file = Files.createFile(folder.resolve("empty.gguf"));
        assertThatThrownBy(() -> open(file)).isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("empty.gguf").hasMessageContaining("an empty file");
    }

    @Test
    void directory() {
        assertThatThrownBy(() -> open(folder)).isInstanceOf(ModelLoadException.class)
                .hasMessageContaining(folder.toString()).hasMessageContaining("a directory");
    }

    @Test
    void fifo() throws IOException, InterruptedException {
        Path fifo = folder.resolve("pipe.gguf");
        try {
            assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        } catch (IOException e) {
            Assumptions.abort("no mkfifo here");
        }
        assertThatThrownBy(() -> open(fifo)).isInstanceOf(ModelLoadException.class).hasMessageContaining("pipe.gguf")
                .hasMessageContaining("regular file");
    }

    @ParameterizedTest
    @CsvSource({"/dev/zero, regular file", "/proc/self/status, empty"})
    void specialFiles(Path path, String message) {
        Assumptions.assumeTrue(Files.exists(path), "no " + path + " here");
        assertThatThrownBy(() -> open(path)).isInstanceOf(ModelLoadException.class)
                .hasMessageContaining(path.toString()).hasMessageContaining(message);
    }

    @Test
    void symbolicLinks() throws IOException {
        Path a = folder.resolve("a.gguf");
        Path b = folder.resolve("b.gguf");
        Files.createSymbolicLink(a, b);
        Files.createSymbolicLink(b, a);
        assertThatThrownBy(() -> open(a)).isInstanceOf(ModelLoadException.class).hasMessageContaining("a.gguf");
        Path link = Files.createSymbolicLink(folder.resolve("link.gguf"), good);
        open(link).close();
    }

    @Test
    void unreadable() throws IOException {
        Path file = Files.copy(good, folder.resolve("secret.gguf"));
        Files.setPosixFilePermissions(file, Set.of());
        Assumptions.assumeFalse(Files.isReadable(file), "this user may read everything");
        assertThatThrownBy(() -> open(file)).isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("secret.gguf").hasMessageContaining("permissions");
    }

    @ParameterizedTest
    @CsvSource({"ggml, before GGUF", "GGML, before GGUF", "tjgg, before GGUF", "ggjt, before GGUF", "gguf, lower case",
            "'PK\3\4', ZIP archive", "abcd, 61626364"})
    void foreignMagic(String magic, String message) {
        Path file = new BytePatcher(new byte[100]).put(0, magic.getBytes(StandardCharsets.ISO_8859_1))
                .write(folder.resolve("foreign.gguf"));
        assertThatThrownBy(() -> open(file)).isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("of foreign.gguf at byte 0").hasMessageContaining(message);
    }

    @Test
    void safetensors() {
        Path file = new BytePatcher(new byte[100]).int64(0, 80)
                .put(8, "{\"__metadata__\":{}}".getBytes(StandardCharsets.UTF_8))
                .write(folder.resolve("m.safetensors"));
        assertThatThrownBy(() -> open(file)).isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("of m.safetensors").hasMessageContaining("safetensors file")
                .hasMessageContaining("convert_hf_to_gguf.py");
    }

    @Test
    void fewerBytesThanAMagicNumber() {
        Path file = new BytePatcher(new byte[]{'G', 'G', 'U'}).write(folder.resolve("short.gguf"));
        assertThatThrownBy(() -> open(file)).isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("of short.gguf at byte 0");
    }

    @Test
    void sparseBeyondTwoGigabytes() throws IOException {
        Path file = Files.copy(good, folder.resolve("sparse.gguf"));
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(3L << 30);
        }
        try (ModelSource model = open(file)) {
            assertThat(model.tensors()).isNotEmpty();
        }
    }

    @Test
    void deletedOrReplacedAfterLoading() throws IOException {
        Path file = Files.copy(good, folder.resolve("copy.gguf"));
        try (ModelSource model = open(file)) {
            Path other = new BytePatcher(new byte[10]).write(folder.resolve("other"));
            Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            assertThatCode(model::checkUnchanged).doesNotThrowAnyException();
            Files.delete(file);
            assertThatCode(model::checkUnchanged).doesNotThrowAnyException();
            assertThat(model.tensors().iterator().next().data().toArray(ValueLayout.JAVA_BYTE))
                    .isNotEmpty();
        }
    }

    @Test
    void overwrittenAfterLoading() throws IOException {
        Path file = Files.copy(good, folder.resolve("copy.gguf"));
        try (ModelSource model = open(file)) {
            assertThatCode(model::checkUnchanged).doesNotThrowAnyException();
            Files.setLastModifiedTime(file, FileTime.fromMillis(1));
            assertThatThrownBy(model::checkUnchanged).isInstanceOf(ModelFileChangedException.class)
                    .hasMessageContaining("copy.gguf");
        }
    }

    @Test
    void closingTwiceAndReadingAfterwards() {
        ModelSource model = open(good);
        var data = model.tensors().iterator().next().data();
        model.close();
        model.close();
        assertThatThrownBy(() -> data.get(ValueLayout.JAVA_BYTE, 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void pendingInterruptStaysPending() {
        Thread.currentThread().interrupt();
        try (ModelSource model = open(good)) {
            assertThat(model.tensors()).isNotEmpty();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private List<Path> split() {
        return TinyLlama.defaults().writer().writeSplit(folder, "tiny", 3);
    }

    @Test
    void splitModels() {
        List<Path> shards = split();
        try (GgufFile model = GgufFile.open(shards.getFirst()); GgufFile whole = GgufFile.open(good)) {
            assertThat(model.shardCount()).isEqualTo(3);
            assertThat(model.tensors()).hasSameSizeAs(whole.tensors());
            for (var tensor : whole.tensors()) {
                assertThat(model.tensor(tensor.name()).data().mismatch(tensor.data())).isEqualTo(-1);
            }
        }
    }

    @Test
    void otherThanTheFirstShard() {
        List<Path> shards = split();
        assertThatThrownBy(() -> open(shards.get(1))).isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("tiny-00002-of-00003.gguf").hasMessageContaining("found shard 2 of 3")
                .hasMessageContaining("open " + shards.get(0));
    }

    @Test
    void missingShard() throws IOException {
        List<Path> shards = split();
        Files.delete(shards.get(2));
        assertThatThrownBy(() -> open(shards.get(0))).isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("tiny-00003-of-00003.gguf").hasMessageContaining("no such file");
    }

    @Test
    void reorderedShards() throws IOException {
        List<Path> shards = split();
        Path aside = folder.resolve("aside");
        Files.move(shards.get(1), aside);
        Files.move(shards.get(2), shards.get(1));
        Files.move(aside, shards.get(2));
        assertThatThrownBy(() -> open(shards.get(0))).isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("key 'split.no' of tiny-00002-of-00003.gguf").hasMessageContaining("found 2");
    }

    @Test
    void foreignShards() {
        List<Path> shards = split();
        new TinyLlama(32, 64, 3, 4, 2, 128, TinyLlama.defaults().type(), 2).writer().writeSplit(folder, "other", 3);
        assertThatCode(() -> Files.move(folder.resolve("other-00002-of-00003.gguf"), shards.get(1),
                StandardCopyOption.REPLACE_EXISTING)).doesNotThrowAnyException();
        assertThatThrownBy(() -> open(shards.get(0))).isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("-of-00003.gguf");
    }

    @Test
    void renamedShard() throws IOException {
        Path renamed = Files.move(split().getFirst(), folder.resolve("renamed.gguf"));
        assertThatThrownBy(() -> open(renamed)).isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("renamed.gguf").hasMessageContaining("NAME-00001-of-00003.gguf");
    }
}
