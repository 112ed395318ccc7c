package dev.railhead.gguf;

import dev.railhead.gguf.block.Int8Floats;
import dev.railhead.gguf.block.Int8Groups;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Brings the int8 weights of a checkpoint, which lie apart from their scales, into rows of blocks. Weights in
/// groups of a size that kernels of codes can't use become floats. So do those whose groups don't divide a row, with
/// activations as they are: the export tool makes the size fit dim only, and runq.c then leaves out the rest of a row and
/// takes the scales of other values, which is no result to follow.
final class Llama2cInt8 {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Values converted at once.
    private static final int CHUNK = 1 << 14;

    private Llama2cInt8() {}

    /// A tensor in memory of the arena: in the file `int8[elements]` codes, then `f32[elements / groupSize]` scales.
    static Tensor tensor(Llama2cLayout.Item item, int groupSize, MappedFile file, Arena arena) {
        WeightType type = type(groupSize, item.shape()[0]);
        MemorySegment data = arena.allocate(type.bytes(item.elements()), Long.BYTES);
        int chunkGroups = Math.max(1, CHUNK / groupSize);
        byte[] codes = new byte[chunkGroups * groupSize];
        byte[] scales = new byte[chunkGroups * Float.BYTES];
        long groups = item.elements() / groupSize;
        long to = 0;
        for (long first = 0; first < groups; first += chunkGroups) {
            int n = (int) Math.min(chunkGroups, groups - first);
            file.read(item.offset() + first * groupSize, codes, 0, n * groupSize);
            file.read(item.offset() + item.elements() + first * Float.BYTES, scales, 0, n * Float.BYTES);
            MemorySegment part = MemorySegment.ofArray(type.form() == WeightType.Form.CODES
                    ? interleave(groupSize, codes, scales, n)
                    : widen(groupSize, codes, MemorySegment.ofArray(scales), n));
            MemorySegment.copy(part, 0, data, to, part.byteSize());
            to += part.byteSize();
        }
        return new Tensor(item.name(), type, item.shape(), data.asReadOnly(), file.name());
    }

    private static WeightType type(int groupSize, long rowLength) {
        if (rowLength % groupSize != 0) {
            return WeightTypes.F32;
        }
        return groupSize % Int8Groups.UNIT == 0 ? new Int8Groups(groupSize) : new Int8Floats(groupSize);
    }

    private static byte[] interleave(int groupSize, byte[] codes, byte[] scales, int groups) {
        int blockBytes = Float.BYTES + groupSize;
        byte[] blocks = new byte[groups * blockBytes];
        for (int g = 0; g < groups; g++) {
            System.arraycopy(scales, g * Float.BYTES, blocks, g * blockBytes, Float.BYTES);
            System.arraycopy(codes, g * groupSize, blocks, g * blockBytes + Float.BYTES, groupSize);
        }
        return blocks;
    }

    private static byte[] widen(int groupSize, byte[] codes, MemorySegment scales, int groups) {
        byte[] bytes = new byte[groups * groupSize * Float.BYTES];
        MemorySegment values = MemorySegment.ofArray(bytes);
        for (int i = 0; i < groups * groupSize; i++) {
            float d = scales.get(FLOAT, (long) i / groupSize * Float.BYTES);
            values.set(FLOAT, (long) i * Float.BYTES, d * codes[i]);
        }
        return bytes;
    }
}
