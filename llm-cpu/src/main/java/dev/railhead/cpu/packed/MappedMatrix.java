package dev.railhead.cpu.packed;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.railhead.core.reference.FileRows;
import dev.railhead.spi.CodeLayout;
import dev.railhead.spi.Tensor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A matrix that stays in its file: chunks are unpacked with scalar reads while computing. A file that is truncated
/// under the mapping then gives an `InternalError` where vector loads would end the process.
final class MappedMatrix extends PackedMatrix {
    private final Tensor tensor;
    private final @Nullable CodeLayout layout;
    private final int chunkLength;

    MappedMatrix(Tensor tensor) {
        super(tensor);
        this.tensor = tensor;
        layout = tensor.type().codes();
        chunkLength = layout == null ? CHUNK : CodeMatrix.chunkLength(tensor.type());
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public boolean mapped() {
        return true;
    }

    @Override
    public ActivationTiles.Input input() {
        return layout == null ? ActivationTiles.Input.VALUES : ActivationTiles.Input.CODES;
    }

    @Override
    public int chunkLength() {
        return chunkLength;
    }

    @Override
    public void begin(int panel, int from, int length, PanelScratch out) {
        // scales come with the codes
    }

    @Override
    public void unpack(int panel, int from, int length, boolean few, PanelScratch out) {
        if (layout == null) {
            unpackFloats(panel, from, length, out);
        } else {
            unpackCodes(panel, from, length, layout.groupSize(), out);
        }
        MemorySegment.copy(out.staging, 0, out.useOwn(length), JAVA_FLOAT, 0, length * PANEL);
    }

    private void unpackFloats(int panel, int from, int length, PanelScratch out) {
        for (int r = 0; r < panelRows(panel); r++) {
            long first = (panel * (long) PANEL + r) * columns() + from;
            type().decode(tensor.data(), type().bytes(first), out.row, 0, length);
            for (int k = 0; k < length; k++) {
                out.staging[stagingAt(length, k, r)] = out.row[k];
            }
        }
    }

    private static int stagingAt(int length, int k, int row) {
        return (row / PanelScratch.SLICE_ROWS * length + k) * PanelScratch.SLICE_ROWS + row % PanelScratch.SLICE_ROWS;
    }

    private void unpackCodes(int panel, int from, int length, int groupSize, PanelScratch out) {
        PanelCodes codes = out.codes(type(), chunkLength);
        long first = type().bytes((panel * (long) PANEL) * columns() + from);
        codes.decode(tensor.data(), first, type().bytes(columns()), panelRows(panel), length);
        for (int r = 0; r < PANEL; r++) {
            for (int k = 0; k < length; k++) {
                out.staging[stagingAt(length, k, r)] = codes.codes[r * chunkLength + k];
            }
            for (int g = 0; g < length / groupSize; g++) {
                out.scales[g * PANEL + r] = codes.scale(r, g);
                out.mins[g * PANEL + r] = codes.min(r, g);
            }
        }
    }

    @Override
    public void multiply(PanelScratch chunk, int panelRows, ActivationTiles x, int start, int size, int from,
            int length,
            float[] acc) {
        if (layout == null) {
            super.multiply(chunk, panelRows, x, start, size, from, length, acc);
        } else {
            FloatCodeTiles.multiply(chunk, panelRows, layout.groupSize(), layout.hasMins(), x, start, size, columns(),
                    from, length, acc);
        }
    }

    @Override
    public boolean decode(int panel, int from, int length, ActivationTiles x, int start, PanelScratch scratch,
            float[] acc) {
        return false;
    }

    @Override
    public void row(int row, float[] out, int offset) {
        type().decode(tensor.data(), row * type().bytes(columns()), out, offset, columns());
    }

    @Override
    public void codes(int row, byte[] codes, float[] scales, float[] mins) {
        FileRows.codes(type(), tensor.data(), row, columns(), codes, scales, mins);
    }
}
