package dev.railhead.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.railhead.ModelFormatException;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is written is read again.
class GgufWriterTest {
    @TempDir
    private Path folder;

    static List<BlockType> types() {
        return WeightTypes.all();
    }

    @Test
    void allValueTypes() {
        byte[] bytes = new GgufWriter().put("u8", ValueType.UINT8, 255).put("i8", ValueType.INT8, -128)
                .put("u16", ValueType.UINT16, 65535).put("i16", ValueType.INT16, -32768).put("u32", 0xFFFFFFFFL)
                .put("i32", ValueType.INT32, -1).put("f32", 1.5f).put("bool", true).put("string", "żółw")
                .put("u64", ValueType.UINT64, -1L).put("i64", ValueType.INT64, Long.MIN_VALUE)
                .put("f64", ValueType.FLOAT64, 1e300).put("nan", Float.NaN)
                .putArray("longs", ValueType.INT16, new long[]{1, -2})
                .putArray("doubles", ValueType.FLOAT64, new double[]{0.1})
                .putArray("bools", ValueType.BOOL, new boolean[]{true, false})
                .putArray("strings", ValueType.STRING, new String[]{"", "a"}).toByteArray();
        try (GgufFile model = GgufFile.of("values", MemorySegment.ofArray(bytes))) {
            Metadata metadata = model.metadata();
            assertThat(metadata.values()).containsEntry("u8", 255L).containsEntry("i8", -128L)
                    .containsEntry("u16", 65535L).containsEntry("i16", -32768L).containsEntry("u32", 0xFFFFFFFFL)
                    .containsEntry("i32", -1L).containsEntry("f32", 1.5).containsEntry("bool", true)
                    .containsEntry("string", "żółw").containsEntry("u64", -1L).containsEntry("i64", Long.MIN_VALUE)
                    .containsEntry("f64", 1e300).containsEntry("nan", Double.NaN);
            assertThat(metadata.integers("longs")).containsExactly(1, -2);
            assertThat(metadata.numbers("doubles")).containsExactly(0.1);
            assertThat((boolean[]) metadata.get("bools")).containsExactly(true, false);
            assertThat(metadata.strings("strings")).containsExactly("", "a");
        }
    }

    @Test
    void longTexts() {
        String text = "ż" + "a".repeat(300_000) + "我";
        byte[] bytes = new GgufWriter().put("before", 1L).put("text", text).toByteArray();
        try (GgufFile model = GgufFile.of("text", MemorySegment.ofArray(bytes))) {
            Metadata metadata = model.metadata().with("after", 2L);
            assertThat(metadata.string("text")).isEqualTo(text);
            assertThat(metadata.get("text")).isEqualTo(text);
            assertThat(metadata.values()).containsExactly(entry("before", 1L), entry("text", text), entry("after", 2L));
            assertThat(metadata.without(Set.of("text")).values()).containsOnlyKeys("before", "after");
            Map<String, Object> values = metadata.values();
            assertThatThrownBy(() -> values.put("text", "")).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(values::clear).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> metadata.integer("text")).isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("found the string \"ża");
        }
    }

    /// Each array is held in the narrowest form, and read in the widest.
    @Test
    void arraysOfEveryType() {
        GgufWriter writer = new GgufWriter().putArray("i8", ValueType.INT8, new long[]{-128, 127})
                .putArray("u8", ValueType.UINT8, new long[]{0, 255})
                .putArray("i16", ValueType.INT16, new long[]{-32768, 32767})
                .putArray("u16", ValueType.UINT16, new long[]{0, 65535})
                .putArray("i32", ValueType.INT32, new long[]{Integer.MIN_VALUE, Integer.MAX_VALUE})
                .putArray("u32", ValueType.UINT32, new long[]{0, 0xFFFF_FFFFL})
                .putArray("i64", ValueType.INT64, new long[]{Long.MIN_VALUE, Long.MAX_VALUE})
                .putArray("u64", ValueType.UINT64, new long[]{0, -1})
                .putArray("f32", ValueType.FLOAT32, new double[]{0.1f, Double.NaN})
                .putArray("f64", ValueType.FLOAT64, new double[]{0.1, Double.NEGATIVE_INFINITY});
        try (GgufFile model = GgufFile.of("arrays", MemorySegment.ofArray(writer.toByteArray()))) {
            Metadata metadata = model.metadata();
            assertThat(metadata.get("i8")).isEqualTo(new byte[]{-128, 127});
            assertThat(metadata.get("u8")).isEqualTo(new short[]{0, 255});
            assertThat(metadata.get("u16")).isEqualTo(new int[]{0, 65535});
            assertThat(metadata.get("f32")).isEqualTo(new float[]{0.1f, Float.NaN});
            assertThat(metadata.integers("i8")).containsExactly(-128, 127);
            assertThat(metadata.integers("u8")).containsExactly(0, 255);
            assertThat(metadata.integers("i16")).containsExactly(-32768, 32767);
            assertThat(metadata.integers("u16")).containsExactly(0, 65535);
            assertThat(metadata.integers("i32")).containsExactly(Integer.MIN_VALUE, Integer.MAX_VALUE);
            assertThat(metadata.integers("u32")).containsExactly(0, 0xFFFF_FFFFL);
            assertThat(metadata.integers("i64")).containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
            assertThat(metadata.integers("u64")).containsExactly(0, -1);
            assertThat(metadata.numbers("f32")).containsExactly(0.1f, Double.NaN);
            assertThat(metadata.numbers("f64")).containsExactly(0.1, Double.NEGATIVE_INFINITY);
        }
    }

    @Test
    void valuesMustFitTheirType() {
        GgufWriter writer = new GgufWriter();
        assertThatThrownBy(() -> writer.put("k", ValueType.UINT8, 256)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key 'k': expected a value of type UINT8, found Integer 256");
        assertThatThrownBy(() -> writer.putArray("k", ValueType.INT32, new String[0]))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("expected long[]");
    }

    @ParameterizedTest
    @MethodSource("types")
    void tensorsOfEveryType(BlockType type) {
        Path file = folder.resolve("model.gguf");
        TinyLlama.of(type).writer().alignment(64).write(file);
        try (GgufFile model = GgufFile.open(file)) {
            assertThat(model.version()).isEqualTo(3);
            assertThat(model.alignment()).isEqualTo(64);
            Tensor tensor = model.tensor("blk.1.ffn_down.weight");
            assertThat(tensor.type()).isSameAs(type);
            assertThat(tensor.data().isReadOnly()).isTrue();
            assertThat(tensor.data().byteSize()).isEqualTo(type.bytes(tensor.elements()));
            assertThat(model.tensorOffset(tensor.name()) % 64).isZero();
            float[] row = new float[(int) tensor.columns()];
            type.decode(tensor.data(), 0, row, 0, row.length);
            assertThat(row).doesNotContain(Float.NaN);
            assertThat(MemorySegment.ofArray(row).mismatch(MemorySegment.ofArray(new float[row.length])))
                    .isNotEqualTo(-1);
        }
    }

    @Test
    void tensorsLargerThanAPiece() {
        long[] shape = {1000, 700};
        byte[] bytes = new GgufWriter().tensorRows("t", WeightTypes.F32, shape, (row, out) -> {
            for (int i = 0; i < out.length; i++) {
                out[i] = row * 1000 + i;
            }
        }).toByteArray();
        try (GgufFile model = GgufFile.of("large", MemorySegment.ofArray(bytes))) {
            float[] all = new float[700_000];
            WeightTypes.F32.decode(model.tensor("t").data(), 0, all, 0, all.length);
            for (int i = 0; i < all.length; i++) {
                assertThat(all[i]).isEqualTo(i);
            }
        }
    }

    @Test
    void failureLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = folder.resolve("model.gguf");
        Files.writeString(file, "old");
        GgufWriter writer = new GgufWriter().tensor("t", WeightTypes.F32, new long[]{4}, (offset, out) -> {
            throw new IllegalStateException("no data");
        });
        assertThatThrownBy(() -> writer.write(file)).isInstanceOf(IllegalStateException.class).hasMessage("no data");
        assertThat(file).hasContent("old");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
