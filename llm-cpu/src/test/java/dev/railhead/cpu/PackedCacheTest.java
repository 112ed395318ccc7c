package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.InsufficientMemoryException;
import dev.railhead.LoadMode;
import dev.railhead.MemoryEstimate;
import dev.railhead.Model;
import dev.railhead.ModelFileChangedException;
import dev.railhead.ModelOptions;
import dev.railhead.PackedCache;
import dev.railhead.Session;
import dev.railhead.core.cache.PackedWeights;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.BytePatcher;
import dev.railhead.gguf.testing.CapturedLog;
import dev.railhead.gguf.testing.Resources;
import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.gguf.testing.TinyLlama2c;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Models whose packed weights are kept in a file.
@Timeout(120)
class PackedCacheTest {
    private static final int[] TOKENS = {1, 70, 80, 90, 71};
    private static final ModelOptions PACKED = ModelOptions.defaults().withBackend(CpuBackendProvider.NAME)
            .withThreads(2);
    private static final ModelOptions KEPT = PACKED.withPackedCache(PackedCache.besideModel());
    private static final ModelOptions STAYS_MAPPED = PACKED
            .withPackedCache(PackedCache.besideModel().withMode(PackedCache.Mode.MAP));

    @TempDir
    private Path folder;

    private Path file;
    private Path cache;
    private CapturedLog log;

    static Stream<BlockType> types() {
        return WeightTypes.all().stream();
    }

    @BeforeEach
    void writeModel() throws IOException, InterruptedException {
        file = folder.resolve("model.gguf");
        cache = folder.resolve("model.gguf.railhead");
        write(TinyLlama.defaults());
        log = CapturedLog.of(PackedWeights.class);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        log.close();
        Resources.assertNoneOf(folder);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    private void write(TinyLlama model) throws IOException, InterruptedException {
        write(model.writer().toByteArray());
    }

    private void write(byte[] model) throws IOException, InterruptedException {
        Files.write(file, model);
        Thread.sleep(30); // until the file system's clock ticks: a model that was just written is not kept
    }

    private float[] logits(ModelOptions options) {
        try (Model model = Model.load(file, options)) {
            return logits(model);
        }
    }

    private static float[] logits(Model model) {
        try (Session session = model.newSession()) {
            session.prefill(TOKENS);
            float[] many = session.logits();
            session.decode(99);
            float[] one = session.logits();
            float[] both = new float[many.length + one.length];
            System.arraycopy(many, 0, both, 0, many.length);
            System.arraycopy(one, 0, both, many.length, one.length);
            return both;
        }
    }

    /// Whether this process has the cache mapped.
    private boolean isMapped() throws IOException {
        Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/self/maps")), "this system does not list mappings");
        try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
            return mappings.anyMatch(line -> line.contains(cache.getFileName().toString()));
        }
    }

    private boolean loadMaps(ModelOptions options) throws IOException {
        try (Model model = Model.load(file, options)) {
            return isMapped() && model.contextLength() > 0;
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void theNextLoadMapsAndGivesTheSameBits(BlockType type) throws IOException, InterruptedException {
        write(TinyLlama.of(type));
        float[] expected = logits(PACKED);
        try (Model model = Model.load(file, KEPT)) {
            assertThat(isMapped()).as("first").isFalse();
            assertThat(logits(model)).containsExactly(expected);
        }
        byte[] kept = Files.readAllBytes(cache);
        FileTime written = Files.getLastModifiedTime(cache);
        for (ModelOptions options : List.of(KEPT.withThreads(1), KEPT, STAYS_MAPPED)) {
            try (Model model = Model.load(file, options)) {
                assertThat(isMapped()).as("next").isTrue();
                assertThat(logits(model)).containsExactly(expected);
            }
            assertThat(isMapped()).as("closed").isFalse();
        }
        assertThat(cache).hasBinaryContent(kept);
        assertThat(Files.getLastModifiedTime(cache)).isEqualTo(written);
        assertThat(log.lines()).isEmpty();
    }

    /// Bits are the same while matrices move and afterwards, when the file is not needed any more.
    @ParameterizedTest
    @MethodSource("types")
    void copiesLeaveTheFile(BlockType type) throws IOException, InterruptedException {
        write(TinyLlama.of(type));
        float[] expected = logits(KEPT);
        try (Model model = Model.load(file, KEPT)) {
            for (boolean mapped = true; mapped; mapped = isMapped()) {
                assertThat(logits(model)).containsExactly(expected);
            }
            Files.write(cache, new byte[10]); // in place
            assertThat(logits(model)).containsExactly(expected);
        }
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void aModelIsClosedWhileItsMatricesMove() throws IOException {
        float[] expected = logits(KEPT);
        for (int i = 0; i < 50; i++) {
            try (Model model = Model.load(file, KEPT)) {
                if (i % 2 == 0) {
                    assertThat(logits(model)).containsExactly(expected);
                }
            }
            assertThat(isMapped()).isFalse();
        }
        assertThat(log.lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void llama2cModelsAreKeptToo(int version) throws IOException, InterruptedException {
        file = folder.resolve("model.bin");
        cache = folder.resolve("model.bin.railhead");
        Files.write(folder.resolve("tokenizer.bin"), TinyLlama2c.tokenizer());
        write(TinyLlama2c.of(version).checkpoint());
        float[] expected = logits(PACKED);
        assertThat(logits(KEPT)).containsExactly(expected);
        assertThat(loadMaps(KEPT)).isTrue();
        assertThat(logits(KEPT)).containsExactly(expected);
    }

    @Test
    void aLoadFromTheFileTellsItsProgressAndItsTime() {
        logits(KEPT);
        List<Long> done = new ArrayList<>();
        long begin = System.nanoTime();
        try (Model model = Model.load(file, KEPT.withProgress((bytes, total) -> done.add(bytes)))) {
            assertThat(model.loadTime().toNanos()).isBetween(1L, System.nanoTime() - begin);
            assertThat(done).isSorted().hasSizeGreaterThan(10).endsWith(model.metadata().fileBytes());
        }
    }

    @Test
    void nothingIsKeptUnlessAskedFor() {
        logits(PACKED);
        assertThat(cache).doesNotExist();
    }

    @Test
    void itCanBeInAnotherDirectory() throws IOException {
        Path directory = folder.resolve("deep/cache");
        ModelOptions options = PACKED.withPackedCache(PackedCache.in(directory));
        float[] expected = logits(options);
        assertThat(cache).doesNotExist();
        try (Stream<Path> files = Files.list(directory)) {
            cache = files.findFirst().orElseThrow();
        }
        assertThat(loadMaps(options)).isTrue();
        assertThat(logits(options)).containsExactly(expected);
    }

    @Test
    void aChangedModelIsPackedAgainEvenIfItLooksTheSame() throws IOException, InterruptedException {
        logits(KEPT);
        FileTime modified = Files.getLastModifiedTime(file);
        long size = Files.size(file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 200] ^= 1; // in the output matrix, not where a sample is
        write(bytes);
        Files.setLastModifiedTime(file, modified);
        Thread.sleep(30);
        assertThat(Files.size(file)).isEqualTo(size);
        float[] expected = logits(PACKED);
        assertThat(logits(KEPT)).containsExactly(expected);
        assertThat(log.lines()).singleElement().asString().startsWith("INFO " + cache)
                .endsWith(
                        "expected the weights of this model, found those of another one or of an earlier state of it");
        assertThat(loadMaps(KEPT)).isTrue();
        assertThat(logits(KEPT)).containsExactly(expected);
    }

    @Test
    void aReplacedModelIsPackedAgain() throws IOException, InterruptedException {
        logits(KEPT);
        FileTime modified = Files.getLastModifiedTime(file);
        Path other = folder.resolve("other");
        TinyLlama tiny = TinyLlama.defaults();
        new TinyLlama(32, 64, 2, 4, 2, 128, tiny.type(), 2).writer().write(other);
        Files.setLastModifiedTime(other, modified);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
        Thread.sleep(30);
        assertThat(logits(KEPT)).containsExactly(logits(PACKED));
        assertThat(loadMaps(KEPT)).isTrue();
    }

    @Test
    void aDamagedFileIsReplaced() throws IOException {
        float[] expected = logits(KEPT);
        byte[] good = Files.readAllBytes(cache);
        List<BytePatcher> damages = new ArrayList<>();
        for (int at : new int[]{0, 8, 12, 16, 20, 24, 32, 70, 100}) {
            damages.add(new BytePatcher(good).int8(at, good[at] ^ 0x10));
            damages.add(new BytePatcher(good).truncate(at));
        }
        damages.add(new BytePatcher(good).truncate(good.length - 1));
        damages.add(new BytePatcher(good).int8(good.length - 1, good[good.length - 1] + 1));
        for (BytePatcher damage : damages) {
            damage.write(cache);
            assertThat(logits(KEPT)).containsExactly(expected);
            assertThat(cache).hasBinaryContent(good);
        }
        assertThat(log.lines()).hasSize(damages.size())
                .allSatisfy(line -> assertThat(line).startsWith("INFO " + cache + ": packed weights can't be used"));
    }

    @Test
    void anotherModelsFileIsReplaced() throws IOException, InterruptedException {
        logits(KEPT);
        byte[] foreign = Files.readAllBytes(cache);
        write(TinyLlama.of(WeightTypes.byName("Q4_0")));
        Files.write(cache, foreign);
        float[] expected = logits(PACKED);
        assertThat(logits(KEPT)).containsExactly(expected);
        assertThat(Files.readAllBytes(cache)).isNotEqualTo(foreign);
    }

    @Test
    void whatCantBeWrittenIsAWarningAndNoFailure() throws IOException {
        Path noDirectory = Files.createFile(folder.resolve("file"));
        assertThat(logits(PACKED.withPackedCache(PackedCache.in(noDirectory)))).containsExactly(logits(PACKED));
        assertThat(log.lines()).singleElement().asString().startsWith("WARNING " + noDirectory)
                .contains("packed weights can't be kept, the next load packs again", "make its directory writable",
                        "ModelOptions.withPackedCache");
    }

    @Test
    void aReadOnlyDirectoryIsAWarningAndNoFailure() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("readonly"));
        Assumptions.assumeTrue(directory.toFile().setWritable(false) && !Files.isWritable(directory),
                "this user can write anywhere");
        assertThat(logits(PACKED.withPackedCache(PackedCache.in(directory)))).isNotEmpty();
        assertThat(log.lines()).singleElement().asString().startsWith("WARNING").contains("AccessDeniedException");
    }

    @Test
    void anInterruptedLoadSucceedsAndKeepsTheFlag() {
        Thread.currentThread().interrupt();
        try (Model model = Model.load(file, KEPT)) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(model.contextLength()).isPositive();
        } finally {
            Thread.interrupted();
        }
        assertThat(cache).isNotEmptyFile();
        assertThat(log.lines()).isEmpty();
    }

    /// Sessions that are closed later hold the memory, not the file.
    @Test
    void theFileIsWholeWhenTheModelIsClosed() throws IOException {
        Model model = Model.load(file, KEPT);
        try (Session session = model.newSession()) {
            session.prefill(TOKENS);
            model.close();
            assertThat(cache).isNotEmptyFile();
        }
        assertThat(loadMaps(KEPT)).isTrue();
    }

    /// The file is whole or not there.
    @Test
    void anInterruptedCloseGivesTheFileUp() throws IOException {
        float[] expected = logits(PACKED);
        for (int i = 0; i < 20; i++) {
            Files.deleteIfExists(cache);
            Model model = Model.load(file, KEPT);
            Thread.currentThread().interrupt();
            model.close();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
            assertThat(log.lines()).allMatch(line -> line.endsWith("closing the model was interrupted"));
        }
        assertThat(logits(KEPT)).containsExactly(expected);
        assertThat(loadMaps(KEPT)).isTrue();
    }

    @Test
    void severalThreadsLoadAtOnce() throws Exception {
        float[] expected = logits(PACKED);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 3; round++) {
                Files.deleteIfExists(cache);
                for (Future<float[]> found : threads
                        .invokeAll(List.<Callable<float[]>>of(() -> logits(KEPT), () -> logits(KEPT),
                                () -> logits(KEPT), () -> logits(KEPT)))) {
                    assertThat(found.get()).containsExactly(expected);
                }
                assertThat(loadMaps(KEPT)).isTrue();
            }
        }
    }

    @Test
    void aModelInUseSurvivesDeletingAndReplacing() throws IOException {
        float[] expected = logits(KEPT);
        try (Model model = Model.load(file, KEPT)) {
            assertThat(isMapped()).isTrue();
            Path other = Files.write(folder.resolve("other"), new byte[10]);
            Files.move(other, cache, StandardCopyOption.ATOMIC_MOVE);
            assertThat(logits(model)).containsExactly(expected);
            Files.delete(cache);
            Files.delete(file);
            assertThat(logits(model)).containsExactly(expected);
        }
    }

    @Test
    void aModelWhoseCacheWasChangedIsOver() throws IOException {
        logits(KEPT);
        try (Model model = Model.load(file, STAYS_MAPPED); Session session = model.newSession()) {
            session.prefill(TOKENS);
            Files.setLastModifiedTime(cache, FileTime.fromMillis(1));
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> session.decode(5)).isExactlyInstanceOf(ModelFileChangedException.class)
                        .hasMessageContainingAll(cache.toString(), "load it again");
            }
        }
        assertThat(loadMaps(KEPT)).isTrue();
    }

    @Test
    void mappedBytesAreNoAnonymousMemoryUnlessTheyAreCopied() {
        MemoryEstimate before = Model.estimate(file, STAYS_MAPPED);
        assertThat(before).isEqualTo(Model.estimate(file, PACKED));
        logits(KEPT);
        assertThat(Model.estimate(file, KEPT)).isEqualTo(before);
        MemoryEstimate after = Model.estimate(file, STAYS_MAPPED);
        MemoryEstimate mapped = Model.estimate(file, PACKED.withLoadMode(LoadMode.MAPPED));
        assertThat(after).isEqualTo(mapped);
        assertThat(after.weightBytes()).isPositive().isLessThan(before.weightBytes() / 10);
        long budget = after.total(1) + 1000;
        ModelOptions tight = PACKED.withContextLength(128).withMemoryBudget(budget);
        for (ModelOptions options : List.of(tight, tight.withPackedCache(KEPT.packedCache()))) {
            assertThatThrownBy(() -> logits(options)).isInstanceOf(InsufficientMemoryException.class);
        }
        assertThat(logits(tight.withPackedCache(STAYS_MAPPED.packedCache()))).isNotEmpty();
    }

    /// The matrices of latent attention that are transposed at load, in single precision, are kept as what they become.
    @Test
    void transposedMatricesAreKept() throws IOException, InterruptedException {
        write(latentAttention().toByteArray());
        float[] expected = logits(PACKED);
        assertThat(logits(KEPT)).containsExactly(expected);
        byte[] kept = Files.readAllBytes(cache);
        assertThat(new String(kept, StandardCharsets.ISO_8859_1)).contains("blk.1.attn_kv_b.weight[0]",
                "blk.1.attn_kv_b.weight[12]");
        for (ModelOptions options : List.of(KEPT, STAYS_MAPPED)) {
            assertThat(logits(options)).containsExactly(expected);
        }
        assertThat(cache).hasBinaryContent(kept);
        assertThat(Model.estimate(file, STAYS_MAPPED).weightBytes())
                .isLessThan(Model.estimate(file, PACKED.withLoadMode(LoadMode.MAPPED)).weightBytes());
        assertThat(log.lines()).isEmpty();
    }

    /// A model whose keys and values of a layer are in one tensor: 4 heads of 12 values of a key and 12 of a value.
    private static GgufWriter latentAttention() {
        GgufWriter writer = TinyLlama.defaults().writer().put("general.architecture", "deepseek2");
        Map.of("context_length", 128, "embedding_length", 32, "block_count", 2, "feed_forward_length", 64,
                "leading_dense_block_count", 2, "attention.head_count", 4, "attention.kv_lora_rank", 16,
                "attention.key_length", 20, "attention.value_length", 12, "rope.dimension_count", 8)
                .forEach((key, value) -> writer.put("deepseek2." + key, value));
        writer.put("deepseek2.attention.layer_norm_rms_epsilon", 1e-5f);
        for (int layer = 0; layer < 2; layer++) {
            String block = "blk." + layer + ".";
            for (String part : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
                writer.removeTensor(block + part + ".weight");
            }
            matrix(writer, block + "attn_q.weight", 32, 4 * 20);
            matrix(writer, block + "attn_kv_a_mqa.weight", 32, 16 + 8);
            matrix(writer, block + "attn_kv_a_norm.weight", 16);
            matrix(writer, block + "attn_kv_b.weight", 16, 4 * (12 + 12));
            matrix(writer, block + "attn_output.weight", 4 * 12, 32);
        }
        return writer;
    }

    private static void matrix(GgufWriter writer, String name, long... shape) {
        writer.tensorRows(name, WeightTypes.byName("F32"), shape, (row, out) -> {
            var random = new Random(name.hashCode() * 31L + row);
            for (int i = 0; i < out.length; i++) {
                out[i] = 0.3f * (float) random.nextGaussian();
            }
        });
    }

    @Test
    void whatHasNoPackedFormIsNotKept() throws IOException {
        assertThat(logits(KEPT.withBackend("reference"))).containsExactly(logits(PACKED));
        assertThat(log.lines()).containsExactly(
                "INFO model.gguf: packed weights are not kept: the backend 'reference' can't use them");
        logits(KEPT.withLoadMode(LoadMode.MAPPED));
        try (var in = new ByteArrayInputStream(Files.readAllBytes(file));
                Model model = Model.load("stream.gguf", in, KEPT)) {
            assertThat(model.contextLength()).isPositive();
        }
        assertThat(log.lines()).hasSize(2).last().asString()
                .startsWith("INFO stream.gguf: packed weights are not kept");
        assertThat(folder).isDirectoryNotContaining("glob:**.railhead");
    }

    @Test
    void fusedMatricesAreKeptInParts() throws IOException, InterruptedException {
        write(resource("/reference/arch/llama-fused-qkv/model.gguf"));
        float[] expected = logits(PACKED);
        logits(KEPT);
        assertThat(Model.estimate(file, STAYS_MAPPED))
                .isEqualTo(Model.estimate(file, PACKED.withLoadMode(LoadMode.MAPPED)));
        assertThat(logits(KEPT)).containsExactly(expected);
        assertThat(loadMaps(KEPT)).isTrue();
    }

    @Test
    void everyShardOfASplitModelCounts() throws IOException, InterruptedException {
        List<Path> shards = TinyLlama.defaults().writer().writeSplit(folder, "tiny", 3);
        file = shards.getFirst();
        cache = file.resolveSibling(file.getFileName() + ".railhead");
        Thread.sleep(30);
        assertThat(logits(KEPT)).containsExactly(logits(PACKED));
        for (Path shard : shards) {
            assertThat(loadMaps(KEPT)).as(shard.toString()).isTrue();
            FileTime modified = Files.getLastModifiedTime(shard);
            byte[] bytes = Files.readAllBytes(shard);
            Files.write(shard, bytes);
            Files.setLastModifiedTime(shard, modified);
            Thread.sleep(30);
            assertThat(loadMaps(KEPT)).as(shard.toString()).isFalse();
        }
        assertThat(log.lines()).hasSameSizeAs(shards);
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = PackedCacheTest.class.getResourceAsStream(name)) {
            return java.util.Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}
