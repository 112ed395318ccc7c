package dev.railhead.cpu.packed;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A single precision scale for each unit of one or more groups, and a minimum if the type has them:
/// `float[units][PANEL]` each.
final class FloatScales extends ScaleForm {
    private static final ValueLayout.OfFloat FLOAT = JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int UNIT_BYTES = PANEL * Float.BYTES;

    private final int groupSize;
    private final int unitSize;
    private final boolean hasMins;

    /// @param groupSize codes that share a scale in the kernels
    /// @param unitSize codes that share a scale in the file, a multiple of `groupSize`
    FloatScales(int groupSize, int unitSize, boolean hasMins) {
        this.groupSize = groupSize;
        this.unitSize = unitSize;
        this.hasMins = hasMins;
    }

    @Override
    String name() {
        return "FLOAT_SCALES_" + unitSize;
    }

    @Override
    int bytes(int length) {
        return length / unitSize * UNIT_BYTES * (hasMins ? 2 : 1);
    }

    @Override
    boolean pack(PanelCodes in, int length, byte[] out, int at) {
        int units = length / unitSize;
        for (int u = 0; u < units; u++) {
            int group = u * unitSize / groupSize;
            for (int r = 0; r < PANEL; r++) {
                LittleEndian.putFloat(out, at + (u * PANEL + r) * Float.BYTES, in.scale(r, group));
                if (hasMins) {
                    LittleEndian.putFloat(out, at + ((units + u) * PANEL + r) * Float.BYTES, in.min(r, group));
                }
            }
        }
        return true;
    }

    private long minsAt(long at, int length) {
        return at + (long) length / unitSize * UNIT_BYTES;
    }

    @Override
    void expand(MemorySegment data, long at, int length, float[] scales, float[] mins) {
        expand(data, at, length, scales);
        if (hasMins) {
            expand(data, minsAt(at, length), length, mins);
        }
    }

    private void expand(MemorySegment data, long at, int length, float[] out) {
        for (int g = 0; g < length / groupSize; g++) {
            long unit = g * groupSize / unitSize;
            MemorySegment.copy(data, FLOAT, at + unit * UNIT_BYTES, out, g * PANEL, PANEL);
        }
    }

    @Override
    float scale(MemorySegment data, long at, int length, int group, int row) {
        return value(data, at, group, row);
    }

    @Override
    float min(MemorySegment data, long at, int length, int group, int row) {
        return hasMins ? value(data, minsAt(at, length), group, row) : 0f;
    }

    private float value(MemorySegment data, long at, int group, int row) {
        return data.get(FLOAT, at + ((long) (group * groupSize / unitSize) * PANEL + row) * Float.BYTES);
    }
}
