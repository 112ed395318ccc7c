package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.fail;

import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.Int8Floats;
import dev.railhead.gguf.block.Int8Groups;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Random tensors and activations, and the comparison of bits.
final class Samples {
    private Samples() {}

    /// Every weight type that can be read, and those of llama2.c.
    static List<BlockType> types() {
        return Stream
                .concat(WeightTypes.all().stream(),
                        Stream.of(new Int8Groups(32), new Int8Groups(64), new Int8Groups(96), new Int8Floats(4),
                                new Int8Floats(16), new Int8Floats(48)))
                .toList();
    }

    static Tensor tensor(BlockType type, int rows, int columns, long seed, Arena arena) {
        Random random = new Random(seed);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            // Blocks of very different size, so that scales use their range.
            values[i] = (float) random.nextGaussian() * (float) Math.exp(i / 256 % 9 - 6);
        }
        MemorySegment data = arena.allocate(type.bytes(values.length), 64);
        type.encode(values, 0, values.length, data, 0);
        return new Tensor("w", type, new long[]{columns, rows}, data.asReadOnly(), "test.gguf");
    }

    static Activations activations(int rows, int columns, long seed) {
        Random random = new Random(seed);
        Activations x = new Activations(rows, columns);
        for (int i = 0; i < x.values.length; i++) {
            x.values[i] = (float) random.nextGaussian();
        }
        return x;
    }

    /// The first `count` floats have the same bits; all NaNs are one.
    static void assertSameBits(float[] actual, float[] expected, int count, String what) {
        for (int i = 0; i < count; i++) {
            if (Float.floatToIntBits(actual[i]) != Float.floatToIntBits(expected[i])) {
                fail("%s: value %d: expected %s (0x%08x), found %s (0x%08x)", what, i, expected[i],
                        Float.floatToIntBits(expected[i]), actual[i], Float.floatToIntBits(actual[i]));
            }
        }
    }
}
