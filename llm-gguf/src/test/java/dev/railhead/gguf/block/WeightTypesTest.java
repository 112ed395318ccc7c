package dev.railhead.gguf.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;
import dev.railhead.spi.CodeTable;
import dev.railhead.spi.WeightType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every registered type against llama.cpp's values, and its parts against each other.
class WeightTypesTest {
    static Stream<BlockType> all() {
        return Stream.concat(WeightTypes.all().stream(),
                Stream.of(new Int8Groups(32), new Int8Groups(96), new Int8Floats(4)));
    }

    static List<BlockType> registered() {
        return WeightTypes.all();
    }

    @ParameterizedTest
    @MethodSource("registered")
    void decodesAsTheReference(BlockType type) throws IOException {
        assumeThat(type).as("plain floats need no reference").isNotSameAs(WeightTypes.F32);
        MemorySegment blocks = MemorySegment.ofArray(resource(type.name() + ".bin"));
        byte[] expectedBytes = resource(type.name() + ".f32");
        float[] expected = new float[expectedBytes.length / 4];
        WeightTypes.F32.decode(MemorySegment.ofArray(expectedBytes), 0, expected, 0, expected.length);

        float[] values = new float[expected.length];
        type.decode(blocks, 0, values, 0, values.length);

        assertThat(bits(values)).isEqualTo(bits(expected));
    }

    @ParameterizedTest
    @MethodSource("all")
    void codesMakeTheDecodedValues(BlockType type) {
        CodeLayout layout = type.codes();
        assumeThat(layout).as("float types have no codes").isNotNull();
        Random random = new Random(1);
        byte[] bytes = new byte[type.blockBytes() * 50];
        random.nextBytes(bytes);
        int groups = type.blockSize() / layout.groupSize();
        CodeBlocks codes = new CodeBlocks(type, 53);
        type.decodeCodes(bytes, 0, 20, codes, 3);
        type.decodeCodes(bytes, 20 * type.blockBytes(), 30, codes, 23);
        float[] values = new float[type.blockSize() * 50];
        type.decode(MemorySegment.ofArray(bytes), 0, values, 0, values.length);
        for (int i = 0; i < values.length; i++) {
            int at = 3 * type.blockSize() + i;
            int block = at / type.blockSize();
            int g = at / layout.groupSize();
            float value = codes.d[block] * layout.scales().value(codes.scales[g]) * codes.codes[at]
                    - codes.dmin[block] * codes.mins[g];
            assertThat(Float.floatToIntBits(values[i])).as("value %d", i).isEqualTo(Float.floatToIntBits(value));
            CodeTable table = layout.table();
            if (table == null) {
                assertThat(codes.codes[at] - layout.lowest()).isBetween(0, (1 << layout.bits()) - 1);
            } else {
                assertThat(table.value(table.index(codes.codes[at]))).isEqualTo(codes.codes[at]);
            }
        }
        if (layout.scales() != CodeLayout.Scales.SUPER && layout.scales() != CodeLayout.Scales.E4M3) {
            assertThat(Arrays.copyOfRange(codes.scales, 3 * groups, 53 * groups)).containsOnly(1);
        }
        for (byte min : codes.mins) {
            assertThat(min).isBetween((byte) 0, (byte) (layout.hasMins() ? 63 : 0));
        }
        assertThat(Arrays.copyOf(codes.codes, 3 * type.blockSize())).as("before the first").containsOnly(0);
    }

    @ParameterizedTest
    @MethodSource("all")
    void decodesAtOffsetsAndFromForeignMemory(BlockType type) {
        Random random = new Random(2);
        int count = type.blockSize() * 3;
        float[] in = new float[count];
        for (int i = 0; i < count; i++) {
            in[i] = random.nextFloat(-1, 1);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(type.bytes(count) + 7);
            type.encode(in, 0, count, memory, 7);
            float[] whole = new float[count];
            type.decode(memory, 7, whole, 0, count);
            float[] middle = new float[type.blockSize() + 5];
            type.decode(memory, 7 + type.blockBytes(), middle, 5, type.blockSize());
            for (int i = 0; i < type.blockSize(); i++) {
                assertThat(middle[5 + i]).isEqualTo(whole[type.blockSize() + i]);
            }
            assertThat(middle).startsWith(0, 0, 0, 0, 0);
        }
    }

    /// Rounding to nearest is off by half a step within the range of the codes; values that a rounded scale puts
    /// outside are off by what the rounding of scale and minimum can move the end of the range.
    @ParameterizedTest
    @MethodSource("all")
    void encodingIsWithinHalfAStep(BlockType type) {
        CodeLayout layout = type.codes();
        assumeThat(layout == null || layout.table() == null).as("steps of a table differ").isTrue();
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            float magnitude = (float) Math.pow(10, random.nextInt(5) - 3);
            float shift = random.nextInt(3) - 1;
            float[] in = new float[type.blockSize() * 8];
            for (int i = 0; i < in.length; i++) {
                in[i] = magnitude * ((float) random.nextGaussian() + shift);
            }
            MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(type.bytes(in.length))]);
            type.encode(in, 0, in.length, bytes, 0);
            float[] out = new float[in.length];
            type.decode(bytes, 0, out, 0, out.length);
            for (int i = 0; i < in.length; i++) {
                double bound = errorBound(type, bytes, i, in[i]);
                assertThat((double) Math.abs(out[i] - in[i]))
                        .as("seed %d value %d: %s became %s", seed, i, in[i], out[i])
                        .isLessThanOrEqualTo(bound);
            }
        }
    }

    /// Types with tables, some of which have few of all combinations of values: the error of normally distributed values as a
    /// whole, which is no less than a third of the bound.
    @ParameterizedTest
    @CsvSource({"IQ4_NL, 0.01", "IQ4_XS, 0.01", "MXFP4, 0.02", "NVFP4, 0.02", "IQ3_S, 0.05", "IQ3_XXS, 0.1",
            "IQ2_S, 0.2", "IQ2_XS, 0.2", "IQ2_XXS, 0.5", "IQ1_M, 1", "IQ1_S, 1"})
    void encodingToATableIsNear(String name, double bound) {
        BlockType type = WeightTypes.byName(name);
        Random random = new Random(5);
        float[] in = new float[type.blockSize() * 64];
        for (int i = 0; i < in.length; i++) {
            in[i] = 0.02f * (float) random.nextGaussian();
        }
        MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(type.bytes(in.length))]);
        type.encode(in, 0, in.length, bytes, 0);
        float[] out = new float[in.length];
        type.decode(bytes, 0, out, 0, out.length);
        double error = 0;
        double norm = 0;
        for (int i = 0; i < in.length; i++) {
            error += Math.pow(out[i] - in[i], 2);
            norm += Math.pow(in[i], 2);
        }
        assertThat(error / norm).isBetween(bound / 3, bound);
    }

    private static double errorBound(BlockType type, MemorySegment bytes, int i, float value) {
        CodeLayout layout = type.codes();
        if (layout == null) {
            // Half a unit in the last place: 23, 10 or 7 bits of mantissa.
            double relative = switch (type.form()) {
                case F32 -> 0;
                case F16 -> 0x1p-11;
                default -> 0x1p-8;
            };
            return Math.abs(value) * relative + (type.form() == WeightType.Form.F16 ? 0x1p-25 : 0);
        }
        CodeBlocks block = new CodeBlocks(type, 1);
        type.decodeCodes(bytes.toArray(ValueLayout.JAVA_BYTE), i / type.blockSize() * type.blockBytes(), 1, block, 0);
        int g = i % type.blockSize() / layout.groupSize();
        double step = Math.abs(block.d[0] * block.scales[g]);
        int codes = 1 << layout.bits();
        double float32 = 1e-6 * (Math.abs(value) + step * codes + Math.abs(block.dmin[0] * block.mins[g]));
        // d and dmin are rounded to 11 bits; a code of a scale is off by half, times the largest code. Signed codes
        // reach to −2^(bits−1) but only to 2^(bits−1) − 1 on the other side: one step is missing there.
        double ofHalf = step * codes * 0x1p-11;
        double ofSuper = layout.scales() == CodeLayout.Scales.SUPER
                ? Math.abs(block.d[0]) * codes / 2 + Math.abs(block.dmin[0]) / 2
                : 0;
        boolean oneSided = layout.lowest() < 0 && layout.bits() < 8;
        return Math.max(step / 2, oneSided ? step : 0) + ofHalf + ofSuper + float32;
    }

    @ParameterizedTest
    @MethodSource("all")
    void encodesZerosAsZeros(BlockType type) {
        int count = type.blockSize() * 2;
        MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(type.bytes(count))]);
        bytes.fill((byte) 0x55);
        type.encode(new float[count], 0, count, bytes, 0);
        float[] out = new float[count];
        type.decode(bytes, 0, out, 0, count);
        assertThat(out).containsOnly(0f);
    }

    @Test
    void countsMustBeWholeBlocks() {
        BlockType type = WeightTypes.byName("Q4_0");
        MemorySegment bytes = MemorySegment.ofArray(new byte[36]);
        assertThatThrownBy(() -> type.decode(bytes, 0, new float[64], 0, 40))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Q4_0: expected a multiple of 32 values, found 40");
    }

    @Test
    void activationsShareScalesByType() {
        assertThat(WeightTypes.all()).allSatisfy(
                type -> assertThat(type.activationGroup()).as(type.name()).isEqualTo(type.codes() == null ? 0 : 32));
        assertThat(new Int8Groups(96).activationGroup()).isEqualTo(96);
        assertThat(new Int8Floats(48).activationGroup()).isEqualTo(48);
    }

    @Test
    void groupSizesOfInt8AreChecked() {
        for (int size : new int[]{-32, 0, 48}) {
            assertThatThrownBy(() -> new Int8Groups(size)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("groupSize: expected a multiple of 32, found " + size);
        }
        for (int size : new int[]{-4, 0, 64}) {
            assertThatThrownBy(() -> new Int8Floats(size)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("groupSize: expected a positive number that is no multiple of 32, found " + size);
        }
    }

    @Test
    void registryKnowsNamesAndIds() {
        assertThat(WeightTypes.all()).allSatisfy(type -> {
            assertThat(WeightTypes.byId(type.id())).isSameAs(type);
            assertThat(WeightTypes.byName(type.name())).isSameAs(type);
            assertThat(WeightTypes.nameOf(type.id())).contains(type.name());
        });
        assertThat(WeightTypes.byId(9)).isNull();
        assertThat(WeightTypes.nameOf(9)).contains("Q8_1");
        assertThat(WeightTypes.nameOf(43)).isEmpty();
        assertThatThrownBy(() -> WeightTypes.byName("q4_0")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Q4_0").hasMessageContaining("found 'q4_0'");
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = WeightTypesTest.class.getResourceAsStream("/blocks/" + name)) {
            assertThat(in).as("resource blocks/" + name).isNotNull();
            return in.readAllBytes();
        }
    }
}
