package dev.railhead.core.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.railhead.ModelFileChangedException;
import dev.railhead.gguf.testing.BytePatcher;
import dev.railhead.gguf.testing.Resources;
import dev.railhead.spi.PackedBytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Any bytes are a cache file or are refused, and nothing of a refused one is left.
@Timeout(60)
class CacheFileTest {
    private static final String LAYOUT = "test 1";
    private static final byte[] KEY = ModelKey.sha256(new byte[]{1});
    private static final int CRC_AT = 16;
    private static final int LENGTH_AT = 12;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("model.gguf.railhead");
        CacheWriter.write(file, LAYOUT, KEY, matrices());
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        Resources.assertNoneOf(folder);
    }

    private static Map<String, PackedBytes> matrices() {
        Map<String, PackedBytes> matrices = new LinkedHashMap<>();
        matrices.put("blk.0.attn_qkv.weight[0]", packed("F32", 10_000));
        matrices.put("token_embd.weight", packed("HALF_SCALES", 1));
        matrices.put("größe", packed("F16", 4096));
        return matrices;
    }

    private static PackedBytes packed(String form, int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        MemorySegment memory = java.lang.foreign.Arena.ofAuto().allocate(length);
        memory.copyFrom(MemorySegment.ofArray(bytes));
        return new PackedBytes(form, memory);
    }

    private CacheFile open() throws UnusableCacheException {
        return CacheFile.open(file, LAYOUT, KEY);
    }

    private void refused(String... message) {
        assertThatThrownBy(this::open).isExactlyInstanceOf(UnusableCacheException.class)
                .hasMessageContainingAll(message);
    }

    @Test
    void givesBackWhatWasWritten() throws UnusableCacheException {
        try (CacheFile cache = open()) {
            matrices().forEach((name, written) -> {
                PackedBytes read = Objects.requireNonNull(cache.matrix(name));
                assertThat(read.form()).isEqualTo(written.form());
                assertThat(read.bytes().mismatch(written.bytes())).isEqualTo(-1);
                assertThat(read.bytes().isMapped()).isTrue();
                assertThat(read.bytes().isReadOnly()).isTrue();
            });
            assertThat(cache.matrix("other")).isNull();
            assertThat(cache.hasPartOf("blk.0.attn_qkv.weight")).isTrue();
            assertThat(cache.hasPartOf("token_embd.weight")).isTrue();
            assertThat(cache.hasPartOf("other")).isFalse();
            assertThat(cache.name()).isEqualTo(file.toString());
        }
        assertThat(folder).isDirectoryContaining("glob:**.railhead").isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void readsAnyPartOfAMatrixAndNothingElse() throws UnusableCacheException {
        MemorySegment written = matrices().get("blk.0.attn_qkv.weight[0]").bytes();
        try (CacheFile cache = open()) {
            for (int[] part : new int[][]{{0, 10_000}, {0, 0}, {1, 17}, {9_999, 1}}) {
                ByteBuffer out = ByteBuffer.allocateDirect(part[1]);
                cache.read("blk.0.attn_qkv.weight[0]", part[0], out);
                assertThat(out.flip()).isEqualTo(written.asSlice(part[0], part[1]).asByteBuffer());
            }
            assertThatThrownBy(() -> cache.read("token_embd.weight", 0, ByteBuffer.allocate(2)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aFileThatShrankCantBeRead() throws IOException, UnusableCacheException {
        try (CacheFile cache = open()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(4096 + 5000);
            }
            assertThatThrownBy(() -> cache.read("blk.0.attn_qkv.weight[0]", 0, ByteBuffer.allocate(10_000)))
                    .isInstanceOf(ModelFileChangedException.class).hasMessageContaining(file.toString());
            assertThatThrownBy(cache::checkUnchanged).isInstanceOf(ModelFileChangedException.class);
        }
    }

    @Test
    void sectionsBeginWithAPage() throws IOException, UnusableCacheException {
        CacheHeader header = CacheHeader.read(MemorySegment.ofArray(Files.readAllBytes(file)));
        assertThat(header.sections()).extracting(CacheSection::offset).containsExactly(4096L, 16384L, 20480L);
        assertThat(header.fileBytes()).isEqualTo(Files.size(file)).isEqualTo(20480L + 4096);
    }

    @Test
    void anotherLayoutIsRefused() {
        assertThatThrownBy(() -> CacheFile.open(file, "test 2", KEY)).isInstanceOf(UnusableCacheException.class)
                .hasMessage("expected weights packed as 'test 2', found 'test 1'");
    }

    @Test
    void anotherModelIsRefused() {
        assertThatThrownBy(() -> CacheFile.open(file, LAYOUT, ModelKey.sha256(new byte[]{2})))
                .isInstanceOf(UnusableCacheException.class)
                .hasMessage(
                        "expected the weights of this model, found those of another one or of an earlier state of it");
    }

    @Test
    void whatIsNoFileIsRefused() throws IOException {
        Files.delete(file);
        refused("no such file");
        Files.createDirectory(file);
        refused("a directory");
        Files.delete(file);
        Files.createFile(file);
        refused("an empty file");
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        BytePatcher good = new BytePatcher(Files.readAllBytes(file));
        int header = good.int32(LENGTH_AT);
        for (int size = 1; size < good.size(); size += size < header + 8 ? 1 : 997) {
            new BytePatcher(good.bytes()).truncate(size).write(file);
            refused("expected");
        }
        new BytePatcher(good.bytes()).append(new byte[]{0}).write(file);
        refused("expected a file of bytes 24576, found 24577");
    }

    @Test
    void everyChangedByteOfTheHeaderIsRefused() throws IOException {
        BytePatcher good = new BytePatcher(Files.readAllBytes(file));
        for (int at = 0; at < good.int32(LENGTH_AT); at++) {
            for (int bit : new int[]{1, 0x80}) {
                new BytePatcher(good.bytes()).int8(at, good.bytes()[at] ^ bit).write(file);
                refused("expected");
            }
        }
    }

    @Test
    void headersOfAnotherKindSayWhatTheyAre() throws IOException {
        BytePatcher good = new BytePatcher(Files.readAllBytes(file));
        new BytePatcher(good.bytes()).int8(0, 'G').write(file);
        refused("expected the magic number \"RAILPACK\", found other bytes");
        new BytePatcher(good.bytes()).int32(8, 2).write(file);
        refused("expected format version 1, found 2");
        new BytePatcher(good.bytes()).int32(LENGTH_AT, -1).write(file);
        refused("expected a header of 64 to 134217728 bytes, found 4294967295");
        new BytePatcher(good.bytes()).int32(LENGTH_AT, 1 << 20).write(file);
        refused("expected a header of 1048576 bytes, found a file of 24576");
        new BytePatcher(good.bytes()).int8(40, 7).write(file);
        refused("expected the checksum of the header");
    }

    /// Headers whose checksum is right: what is left to the bounds checks.
    @Test
    void anyHeaderIsReadOrRefused() throws IOException {
        byte[] good = Files.readAllBytes(file);
        int header = new BytePatcher(good).int32(LENGTH_AT);
        int refused = 0;
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            BytePatcher patched = new BytePatcher(good);
            for (int i = 0; i <= random.nextInt(3); i++) {
                int at = CRC_AT + 4 + random.nextInt(header - CRC_AT - 4);
                if (random.nextBoolean()) {
                    patched.int8(at, random.nextInt());
                } else if (at + 8 <= header) {
                    patched.int64(at, random.nextBoolean() ? random.nextLong() : Long.MAX_VALUE - random.nextInt(3));
                }
            }
            sign(patched, header).write(file);
            try {
                open().close();
            } catch (UnusableCacheException e) {
                refused++;
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
        }
        assertThat(refused).isGreaterThan(2000);
    }

    @Test
    void sectionsOutsideOfTheFileAreRefused() throws IOException {
        byte[] good = Files.readAllBytes(file);
        BytePatcher patcher = new BytePatcher(good);
        int header = patcher.int32(LENGTH_AT);
        int lastOffset = header - 20; // offset, length, checksum
        for (long offset : new long[]{0, header - 1, -1, Long.MIN_VALUE, good.length - 4095, good.length,
                Long.MAX_VALUE}) {
            sign(new BytePatcher(good).int64(lastOffset, offset), header).write(file);
            refused("matrix 'größe': expected bytes between the header and the end of the file (24576), found 4096 at"
                    + " byte " + offset);
        }
        for (long length : new long[]{0, -1, 4097, Long.MAX_VALUE, Long.MIN_VALUE}) {
            sign(new BytePatcher(good).int64(lastOffset + 8, length), header).write(file);
            refused("found " + length + " at byte 20480");
        }
    }

    private static BytePatcher sign(BytePatcher patched, int header) {
        CRC32C crc = new CRC32C();
        crc.update(Arrays.copyOf(patched.int32(CRC_AT, 0).bytes(), header));
        return patched.int32(CRC_AT, (int) crc.getValue());
    }

    @Test
    void bytesThatWereNotWrittenAreSeenAtTheEdges() throws IOException {
        byte[] good = Files.readAllBytes(file);
        for (int at : new int[]{4096, 4096 + 4095, 4096 + 9999, 16384, 20480, 24575}) {
            new BytePatcher(good).int8(at, good[at] + 1).write(file);
            refused("expected the bytes that were written, found others");
        }
    }

    /// A file that shrinks and grows while it is opened.
    @Test
    void aRacingFileIsOpenedOrRefused() throws IOException {
        byte[] good = Files.readAllBytes(file);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> disturbance = CompletableFuture.runAsync(() -> disturb(good, done));
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            try {
                open().close();
            } catch (UnusableCacheException e) {
                refused++;
            }
        }
        done.set(true);
        disturbance.join();
        assertThat(refused).isPositive();
    }

    private void disturb(byte[] good, AtomicBoolean done) {
        Random random = new Random(1);
        try (RandomAccessFile racing = new RandomAccessFile(file.toFile(), "rw")) {
            while (!done.get()) {
                racing.setLength(random.nextInt(good.length));
                LockSupport.parkNanos(100_000);
                racing.seek(0);
                racing.write(good);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theChecksumCoversShortAndLongSections() {
        byte[] bytes = new byte[3 * 4096];
        int crc = CacheSection.edges(MemorySegment.ofArray(bytes));
        bytes[4096] = 1;
        assertThat(CacheSection.edges(MemorySegment.ofArray(bytes))).as("the middle").isEqualTo(crc);
        bytes[4095] = 1;
        assertThat(CacheSection.edges(MemorySegment.ofArray(bytes))).isNotEqualTo(crc);
        MemorySegment one = MemorySegment.ofArray(new byte[]{1});
        assertThat(one.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
        assertThat(CacheSection.edges(one)).isNotEqualTo(CacheSection.edges(MemorySegment.ofArray(new byte[1])));
    }
}
