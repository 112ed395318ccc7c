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

    /// A tensor in memory of the arena.
    ///
    /// @param codes `int8[elements]`
    /// @param scales `f32[elements / groupSize]`
    static Tensor tensor(Llama2cLayout.Item item, int groupSize, MemorySegment codes, MemorySegment scales, Arena arena,
            String file) {
        WeightType type = type(groupSize, item.shape()[0]);
        MemorySegment data = arena.allocate(type.bytes(item.elements()), Long.BYTES);
        if (type.form() == WeightType.Form.CODES) {
            interleave(groupSize, codes, scales, data);
        } else {
            widen(groupSize, codes, scales, data);
        }
        return new Tensor(item.name(), type, item.shape(), data.asReadOnly(), file);
    }

    private static WeightType type(int groupSize, long rowLength) {
        if (rowLength % groupSize != 0) {
            return WeightTypes.F32;
        }
        return groupSize % Int8Groups.UNIT == 0 ? new Int8Groups(groupSize) : new Int8Floats(groupSize);
    }

    private static void interleave(int groupSize, MemorySegment codes, MemorySegment scales, MemorySegment out) {
        long to = 0;
        for (long from = 0; from < codes.byteSize(); from += groupSize) {
            out.set(FLOAT, to, scales.get(FLOAT, from / groupSize * Float.BYTES));
            MemorySegment.copy(codes, from, out, to + Float.BYTES, groupSize);
            to += Float.BYTES + groupSize;
        }
    }

    private static void widen(int groupSize, MemorySegment codes, MemorySegment scales, MemorySegment out) {
        int chunk = groupSize * Math.max(1, CHUNK / groupSize);
        byte[] q = new byte[chunk];
        float[] d = new float[chunk / groupSize];
        float[] values = new float[chunk];
        for (long from = 0; from < codes.byteSize(); from += chunk) {
            int n = (int) Math.min(chunk, codes.byteSize() - from);
            MemorySegment.copy(codes, ValueLayout.JAVA_BYTE, from, q, 0, n);
            MemorySegment.copy(scales, FLOAT, from / groupSize * Float.BYTES, d, 0, n / groupSize);
            for (int i = 0; i < n; i++) {
                values[i] = d[i / groupSize] * q[i];
            }
            MemorySegment.copy(values, 0, out, FLOAT, from * Float.BYTES, n);
        }
    }
}
