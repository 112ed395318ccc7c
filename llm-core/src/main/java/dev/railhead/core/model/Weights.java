package dev.railhead.core.model;

import dev.railhead.LoadProgress;
import dev.railhead.ModelFormatException;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes tensors out of a file by name, checks their shapes and packs them for a backend.
public final class Weights {
    private static final ValueLayout.OfFloat LITTLE_ENDIAN = ValueLayout.JAVA_FLOAT
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    private final ModelSource source;
    private final Backend backend;
    private final Packing packing;
    private final Arena arena;
    private final LoadProgress progress;
    private final long totalBytes;
    private final Set<String> asked = new HashSet<>();
    private long doneBytes;

    /// @param source the file
    /// @param backend computes
    /// @param packing makes the matrices
    /// @param arena owns the packed weights and working memory off-heap
    /// @param progress is told after each tensor, and while a matrix is read
    public Weights(ModelSource source, Backend backend, Packing packing, Arena arena, LoadProgress progress) {
        this.source = source;
        this.backend = backend;
        this.packing = packing;
        this.arena = arena;
        this.progress = progress;
        totalBytes = source.tensors().stream().mapToLong(t -> t.data().byteSize()).sum();
    }

    /// The file's metadata.
    public Metadata metadata() {
        return source.metadata();
    }

    /// Memory off-heap that lives as long as the packed weights.
    MemorySegment workingMemory(long bytes) {
        return arena.allocate(bytes, Float.BYTES);
    }

    /// The backend that computes.
    Backend backend() {
        return backend;
    }

    /// Whether the file has a tensor.
    boolean has(String name) {
        return source.tensor(name) != null;
    }

    /// Number of values of a tensor; 0 if the file has none of that name.
    long elements(String name) {
        Tensor tensor = source.tensor(name);
        return tensor == null ? 0 : tensor.elements();
    }

    /// Rows of a tensor; 0 if the file has none of that name.
    long rows(String name) {
        Tensor tensor = source.tensor(name);
        return tensor == null ? 0 : tensor.rows();
    }

    /// The matrix of a name with `rows` outputs and `columns` inputs.
    Matrix matrix(String name, int rows, int columns) {
        return pack(tensor(name, columns, rows));
    }

    /// Part of the rows of a fused matrix.
    ///
    /// @param totalRows rows of the whole
    /// @param from first row of the part
    /// @param rows rows of the part
    Matrix matrixPart(String name, int totalRows, int columns, int from, int rows) {
        return pack(tensor(name, columns, totalRows).slice(name + "[" + from + "]", from, rows));
    }

    /// Part of the rows of a tensor `[experts][rows][columns]`.
    ///
    /// @param from first row of the part, counted over all experts
    /// @param count rows of the part
    Matrix expertPart(String name, int experts, int rows, int columns, int from, int count) {
        return pack(tensor(name, columns, rows, experts).slice(name + "[" + from + "]", from, count));
    }

    /// The transpose of part of the rows of a matrix, in single precision.
    ///
    /// @return `[columns][count]`
    Matrix transposedPart(String name, int totalRows, int columns, int from, int count) {
        Tensor part = tensor(name, columns, totalRows).slice(name + "[" + from + "]", from, count);
        Tensor described = new Tensor(part.name(), WeightTypes.F32, new long[]{count, columns}, part.data(),
                source.name());
        Matrix matrix = packing.packComputed(described, () -> transposed(part), arena);
        done(part);
        return matrix;
    }

    private Tensor transposed(Tensor part) {
        int rows = Math.toIntExact(part.rows());
        int columns = Math.toIntExact(part.columns());
        float[] values = decoded(part, Math.multiplyExact(rows, columns));
        MemorySegment transposed = MemorySegment.ofArray(new float[values.length]);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed.set(LITTLE_ENDIAN, ((long) column * rows + row) * Float.BYTES,
                        values[row * columns + column]);
            }
        }
        return new Tensor(part.name(), WeightTypes.F32, new long[]{rows, columns}, transposed, source.name());
    }

    /// The vector of a name, as f32.
    float[] vector(String name, int length) {
        return values(tensor(name, length), length);
    }

    /// The vectors of a name one after the other.
    float[] vectors(String name, int count, int length) {
        return values(tensor(name, length, count), Math.multiplyExact(count, length));
    }

    /// As [#vectors], or null if the file has none.
    float @Nullable [] optionalVectors(String name, int count, int length) {
        return has(name) ? vectors(name, count, length) : null;
    }

    private float[] values(Tensor tensor, int length) {
        float[] values = decoded(tensor, length);
        for (int i = 0; i < length; i++) {
            if (!Float.isFinite(values[i])) {
                throw valueError(tensor.name(), "finite values", values, i);
            }
        }
        done(tensor);
        return values;
    }

    private static float[] decoded(Tensor tensor, int length) {
        float[] values = new float[length];
        byte[] bytes = new byte[Math.toIntExact(tensor.type().bytes(length))];
        tensor.read(0, bytes, 0, bytes.length);
        tensor.type().decode(MemorySegment.ofArray(bytes), 0, values, 0, length);
        return values;
    }

    /// The vector of a name, whose values divide and so are above 0.
    float[] positiveVector(String name, int length) {
        float[] values = vector(name, length);
        for (int i = 0; i < length; i++) {
            if (values[i] <= 0) {
                throw valueError(name, "positive factors", values, i);
            }
        }
        return values;
    }

    /// The vector of a name, or null if the file has none.
    float @Nullable [] optionalVector(String name, int length) {
        return has(name) ? vector(name, length) : null;
    }

    private Matrix pack(Tensor tensor) {
        var read = new CountedReads(tensor,
                bytes -> progress.update(Math.min(doneBytes + bytes, totalBytes), totalBytes));
        Matrix matrix = packing.pack(read.tensor(), arena);
        done(tensor);
        return matrix;
    }

    private void done(Tensor tensor) {
        doneBytes += tensor.data().byteSize();
        progress.update(Math.min(doneBytes, totalBytes), totalBytes);
    }

    /// Refuses a file without a tensor that other families may do without.
    void require(String name) {
        if (!has(name)) {
            throw missing(name, "a tensor of this family");
        }
    }

    /// Says that a tensor which the file may have is left out on purpose.
    void leaveOut(String name) {
        asked.add(name);
    }

    /// The file's tensors that nobody has taken or left out on purpose.
    List<String> unread() {
        return source.tensors().stream().map(Tensor::name).filter(name -> !asked.contains(name)).toList();
    }

    private ModelFormatException missing(String name, String expected) {
        return new ModelFormatException("tensor '" + name + "' of " + source.name() + ": expected " + expected
                + ", found no such tensor; the file is incomplete or of another family");
    }

    private Tensor tensor(String name, long... shape) {
        Tensor tensor = source.tensor(name);
        if (tensor == null) {
            throw missing(name, "shape " + Arrays.toString(shape));
        }
        if (!Arrays.equals(withoutTrailingOnes(tensor.shape()), withoutTrailingOnes(shape))) {
            throw new ModelFormatException("tensor '" + name + "' of " + source.name() + ": expected shape "
                    + Arrays.toString(shape) + ", found " + Arrays.toString(tensor.shape()));
        }
        asked.add(name);
        return tensor;
    }

    private ModelFormatException valueError(String name, String expected, float[] values, int index) {
        return new ModelFormatException("tensor '" + name + "' of " + source.name() + ": expected " + expected
                + ", found " + values[index] + " at index " + index);
    }

    private static long[] withoutTrailingOnes(long[] shape) {
        int n = shape.length;
        while (n > 1 && shape[n - 1] == 1) {
            n--;
        }
        return Arrays.copyOf(shape, n);
    }
}
