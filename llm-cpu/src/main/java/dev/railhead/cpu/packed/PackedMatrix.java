package dev.railhead.cpu.packed;

import dev.railhead.core.reference.PlainMatrix;
import dev.railhead.cpu.simd.FloatTile;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;

/// A weight matrix as panels of [#PANEL] neighbouring rows, cut along the inner dimension into chunks. Everything above
/// sees panels and chunks only; how a chunk's bytes look is the form's own business.
public abstract class PackedMatrix implements PlainMatrix {
    /// Rows of a panel: four vectors of 512 bits of float. The last panel is padded with zeros.
    public static final int PANEL = 64;

    /// Inner length of a chunk: a super-block, and 64 KiB of float when unpacked, which the second level cache holds.
    public static final int CHUNK = 256;

    private final String name;
    private final int rows;
    private final int columns;
    private final WeightType type;

    PackedMatrix(Tensor tensor) {
        name = tensor.name();
        rows = Math.toIntExact(tensor.rows());
        columns = Math.toIntExact(tensor.columns());
        type = tensor.type();
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int rows() {
        return rows;
    }

    @Override
    public final int columns() {
        return columns;
    }

    @Override
    public final WeightType type() {
        return type;
    }

    /// Whether it computes from the model file's own bytes.
    public boolean mapped() {
        return false;
    }

    @Override
    public void codes(int row, byte[] codes, float[] scales, float[] mins) {
        throw new IllegalStateException("matrix '" + name + "' of " + type.name() + " has no codes");
    }

    /// Number of panels.
    public final int panels() {
        return panels(rows);
    }

    static int panels(int rows) {
        return (rows + PANEL - 1) / PANEL;
    }

    /// Rows of a panel that exist.
    public final int panelRows(int panel) {
        return Math.min(PANEL, rows - panel * PANEL);
    }

    /// The chunk length: every chunk but the last has it.
    public int chunkLength() {
        return CHUNK;
    }

    /// What [#multiply] reads.
    public ActivationTiles.Input input() {
        return ActivationTiles.Input.VALUES;
    }

    /// What [#decode] reads, or if there is no such loop [#multiply].
    public ActivationTiles.Input singleInput() {
        return input();
    }

    /// Whether activations are quantized for this matrix.
    public final boolean quantized() {
        return input() != ActivationTiles.Input.VALUES;
    }

    /// How many activations share a scale; 0 where they stay as they are. Values are rounded in groups of this size.
    public final int activationGroup() {
        return type.activationGroup();
    }

    /// Begins a chunk of a panel.
    ///
    /// @param panel 0 to panels − 1
    /// @param from first k, a multiple of the chunk length
    /// @param length the chunk length, or less for the last chunk
    /// @param out receives scales and minimums, and where the packed bytes of the chunk are to be read
    public abstract void begin(int panel, int from, int length, PanelScratch out);

    /// Unpacks the weights of a chunk that was begun.
    ///
    /// @param few whether each weight meets one or two tiles only
    /// @param out what [#begin] made; receives weights
    public abstract void unpack(int panel, int from, int length, boolean few, PanelScratch out);

    /// Adds the products of an unpacked chunk with a tile of activation rows to the outputs.
    ///
    /// @param chunk what [#unpack] made
    /// @param panelRows weight rows that exist
    /// @param start first row of the tile
    /// @param size rows of the tile
    /// @param from first k of the chunk
    /// @param length the chunk's length
    /// @param acc `float[rows][PANEL]`
    public void multiply(PanelScratch chunk, int panelRows, ActivationTiles x, int start, int size, int from,
            int length,
            float[] acc) {
        int xAt = start * columns + from * size;
        long slice = chunk.offset;
        for (int row = 0; row < panelRows; row += FloatTile.ROWS, slice += chunk.slicePitch) {
            int at = start * PANEL + row;
            FloatTile.run(size, chunk.weights, slice, chunk.pitch, length, x.values, xAt, size, acc, at, PANEL, acc, at,
                    PANEL);
        }
    }

    /// Adds the products of a chunk that was begun with a single row of activations to the outputs, straight from the packed
    /// bytes.
    ///
    /// @param start the row, a tile of its own
    /// @param scratch what [#begin] made
    /// @param acc `float[rows][PANEL]`
    /// @return false if there is no loop for a single row, which then is multiplied as a tile
    public abstract boolean decode(int panel, int from, int length, ActivationTiles x, int start, PanelScratch scratch,
            float[] acc);
}
