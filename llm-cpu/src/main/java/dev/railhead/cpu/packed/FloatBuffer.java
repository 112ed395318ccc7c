package dev.railhead.cpu.packed;

import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;

/// Working memory for one thread that packs a float form.
final class FloatBuffer {
    private final WeightType type;
    private final float[] values;

    /// The rows as the file has them.
    final PanelBytes rows;

    /// A chunk of the rows.
    final PanelWords words = new PanelWords();

    /// @param chunkLength values of a row that make a chunk
    FloatBuffer(Tensor tensor, int chunkLength) {
        type = tensor.type();
        rows = new PanelBytes(tensor, chunkLength);
        values = new float[chunkLength];
    }

    /// Decodes a part of a row to single precision.
    ///
    /// @param from first value, counted from the beginning of the run
    /// @param count number of values
    void decode(int row, int from, int count) {
        if (type.form() == WeightType.Form.F32) {
            words.set(row, rows.segment, rows.at(row, from), count);
            return;
        }
        type.decode(rows.segment, rows.at(row, from), values, 0, count);
        for (int k = 0; k < count; k++) {
            words.set(row, k, Float.floatToRawIntBits(values[k]));
        }
    }
}
