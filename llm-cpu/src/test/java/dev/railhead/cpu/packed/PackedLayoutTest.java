package dev.railhead.cpu.packed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.Int8Floats;
import dev.railhead.gguf.block.Int8Groups;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;
import dev.railhead.spi.PackedBytes;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Packed bytes stay as they are, at any vector width, unless their version is raised: they are kept in files.
class PackedLayoutTest {
    private static final String RESOURCE = "packed-layout.properties";
    private static final int ROWS = 70; // a panel and part of one

    private static Stream<BlockType> types() {
        return Stream.concat(WeightTypes.all().stream(), Stream.of(new Int8Groups(32), new Int8Groups(64),
                new Int8Groups(96), new Int8Floats(16)));
    }

    @Test
    void packedBytesAreThoseOfTheirVersion() throws Exception {
        TreeMap<String, String> found = new TreeMap<>();
        found.put("version", Integer.toString(PackedForms.LAYOUT_VERSION));
        for (BlockType type : types().toList()) {
            found.put(type.name(), digest(type, false));
            if (hasOtherForm(type)) {
                found.put(type.name() + ".infinite", digest(type, true));
            }
        }
        assertThat(found)
                .as("""
                        Packed bytes are kept in files. If they were changed on purpose, raise PackedForms.LAYOUT_VERSION and put \
                        this into %s:
                        %s""",
                        RESOURCE, String.join("\n", found.entrySet().stream().map(Object::toString).toList()))
                .isEqualTo(stored());
    }

    private static TreeMap<String, String> stored() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = PackedLayoutTest.class.getResourceAsStream("/" + RESOURCE)) {
            properties.load(Objects.requireNonNull(in, RESOURCE));
        }
        TreeMap<String, String> stored = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> stored.put(name, properties.getProperty(name)));
        return stored;
    }

    /// Whether an infinite value or scale makes another form necessary.
    private static boolean hasOtherForm(BlockType type) {
        CodeLayout codes = type.codes();
        return codes == null
                ? type.form() == WeightType.Form.F16
                : codes.scales() == CodeLayout.Scales.HALF || codes.scales() == CodeLayout.Scales.SUPER;
    }

    private static String digest(BlockType type, boolean infinite) throws Exception {
        int unit = Math.max(type.blockSize(), type.activationGroup());
        int columns = unit == 1 ? 291 : unit * (256 % unit == 0 ? 256 / unit + 1 : 4); // a chunk and part of one
        try (Arena arena = Arena.ofShared()) {
            MemorySegment data = arena.allocate(type.bytes((long) ROWS * columns));
            fill(type, data, infinite);
            Tensor tensor = new Tensor("w", type, new long[]{columns, ROWS}, data, "test.gguf");
            PackedBytes packed = Objects.requireNonNull(Packer.pack(tensor, arena, PackedLayoutTest::each).packed());
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(packed.bytes().toArray(ValueLayout.JAVA_BYTE));
            return packed.form() + " " + HexFormat.of().formatHex(digest.digest()).substring(0, 32);
        }
    }

    private static void each(int count, java.util.function.IntConsumer task) {
        for (int i = 0; i < count; i++) {
            task.accept(i);
        }
    }

    /// Random blocks without numbers that aren't finite, but for the first one if asked for. None has a NaN, whose bits
    /// would depend on the processor.
    private static void fill(BlockType type, MemorySegment data, boolean infinite) {
        Random random = new Random(1);
        byte[] block = new byte[type.blockBytes()];
        for (long at = 0; at < data.byteSize(); at += block.length) {
            do {
                random.nextBytes(block);
            } while (!(infinite && at == 0 ? isInfinite(type, block) : isFinite(type, block)));
            MemorySegment.copy(block, 0, data, ValueLayout.JAVA_BYTE, at, block.length);
        }
    }

    private static boolean isFinite(BlockType type, byte[] block) {
        for (float value : decode(type, block)) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isInfinite(BlockType type, byte[] block) {
        if (type.codes() == null) {
            return Float.isInfinite(decode(type, block)[0]);
        }
        CodeBlocks codes = new CodeBlocks(type, 1);
        type.decodeCodes(block, 0, 1, codes, 0);
        boolean infinite = Float.isInfinite(codes.d[0]) && Float.isFinite(codes.dmin[0]);
        for (byte scale : codes.scales) {
            infinite &= scale != 0;
        }
        return infinite;
    }

    private static float[] decode(BlockType type, byte[] block) {
        float[] values = new float[type.blockSize()];
        type.decode(MemorySegment.ofArray(block), 0, values, 0, values.length);
        return values;
    }
}
