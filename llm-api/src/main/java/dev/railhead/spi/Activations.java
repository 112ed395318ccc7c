package dev.railhead.spi;

/// A buffer of row vectors between the layers: `float[capacity][columns]`, row-major. Not thread-safe.
public final class Activations {
    /// `float[capacity · columns]`; row r begins at r · columns.
    public final float[] values;

    /// Values per row.
    public final int columns;

    /// @param capacity largest number of rows
    /// @param columns values per row
    public Activations(int capacity, int columns) {
        this.columns = columns;
        values = new float[Math.multiplyExact(capacity, columns)];
    }

    private Activations(float[] values, int columns) {
        this.columns = columns;
        this.values = values;
    }

    /// The same values, cut into rows of another length: heads of a row as rows of their own.
    ///
    /// @param otherColumns a divisor of [#columns]
    public Activations view(int otherColumns) {
        if (columns % otherColumns != 0) {
            throw new IllegalArgumentException(
                    "columns: expected a divisor of " + columns + ", found " + otherColumns);
        }
        return new Activations(values, otherColumns);
    }

    /// Copies a part of each of the first rows to a part of the same row of another buffer.
    ///
    /// @param column first column of the part
    /// @param to another buffer
    /// @param toColumn first column of its part
    /// @param count columns of the part
    /// @param rows number of rows
    public void copyColumns(int column, Activations to, int toColumn, int count, int rows) {
        for (int row = 0; row < rows; row++) {
            System.arraycopy(values, row * columns + column, to.values, row * to.columns + toColumn, count);
        }
    }

    /// Largest number of rows.
    public int capacity() {
        return columns == 0 ? 0 : values.length / columns;
    }
}
