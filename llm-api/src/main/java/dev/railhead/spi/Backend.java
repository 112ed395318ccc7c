package dev.railhead.spi;

import dev.railhead.LoadMode;
import java.lang.foreign.Arena;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The operations a model is put together from. Every backend follows `docs/arithmetic.md` to the last bit, so that
/// results don't depend on the backend, on threads or on how rows are grouped into steps.
///
/// A backend belongs to one model. Operations on [Activations] are called by one thread at a time; a backend uses its
/// worker threads inside an operation and returns when all is done. Row r of an [Activations] is row r of the step;
/// operations touch the first `rows` rows only. Input and output may be the same object only where said.
public interface Backend extends AutoCloseable {
    /// The backend's name, as in [dev.railhead.ModelOptions#backend()].
    String name();

    /// Name, vector width and threads, for logs.
    String description();

    /// Told once, before anything is packed, what a model will compute with, so that a backend whose first operations would
    /// be slow can prepare for them in the background. Returns at once; no result depends on it. What was begun ends by
    /// itself, or at [#close()].
    default void warmUp(Workload workload) {}

    /// Anonymous memory that [#pack] would take for a tensor, in bytes.
    long packedBytes(Tensor tensor, LoadMode mode);

    /// Makes a matrix of a tensor, using all threads. With [LoadMode#MAPPED] the matrix reads the tensor's data while
    /// computing; with [LoadMode#PACKED] it never touches it again.
    ///
    /// @param tensor a tensor of one or two dimensions
    /// @param mode copy or compute from the data
    /// @param arena owns the memory; closed after the backend
    Matrix pack(Tensor tensor, LoadMode mode, Arena arena);

    /// Names everything that the bytes of [Matrix#packed] depend on beside the tensor: backend, version, byte order. Bytes that
    /// were made under another name are not given to [#restore]. Empty, as by default, if this backend can't restore matrices.
    default Optional<String> packedLayout() {
        return Optional.empty();
    }

    /// Makes a matrix of bytes that [Matrix#packed] gave for the same tensor under the same [#packedLayout()]. Wrong bytes of
    /// the right size give wrong values and do no other harm.
    ///
    /// @param tensor its data is not read
    /// @param packed read while computing, not copied; valid until the backend is closed or the matrix has
    ///     [moved][Matrix#moveTo] and no operation runs that began before. When bytes mapped from a file are
    ///     gone, operations throw an [InternalError], and the JVM goes on.
    /// @throws IllegalArgumentException if form or size are not those of the tensor
    default Matrix restore(Tensor tensor, PackedBytes packed) {
        throw new UnsupportedOperationException("backend '" + name() + "' can't restore packed matrices");
    }

    /// `out[i] = weights[i] · in` for each row, for each i: several matrices that read the same input. Quantized
    /// matrices
    /// meet activations quantized to 8 bits.
    void matmul(Activations in, int rows, Matrix[] weights, Activations[] outs);

    /// `out = weight · in` for each row.
    default void matmul(Activations in, int rows, Matrix weight, Activations out) {
        matmul(in, rows, new Matrix[]{weight}, new Activations[]{out});
    }

    /// A product of each part of a row with a matrix of its own, to the bits of [#matmul]: heads have such. Rows of `in` and `out`
    /// have as many equal parts as there are matrices. Of part i of `in` the first `weights[i].columns()` values are read; of part
    /// i of `out` the last `weights[i].rows()` values are written, and the others stay.
    ///
    /// @param weights one or more, all of one shape
    default void matmulParts(Activations in, int rows, Matrix[] weights, Activations out) {
        int inPart = in.columns / weights.length;
        int outPart = out.columns / weights.length;
        var x = new Activations(rows, weights[0].columns());
        var y = new Activations(rows, weights[0].rows());
        for (int part = 0; part < weights.length; part++) {
            in.copyColumns(part * inPart, x, 0, x.columns, rows);
            matmul(x, rows, weights[part], y);
            y.copyColumns(0, out, (part + 1) * outPart - y.columns, y.columns, rows);
        }
    }

    /// Root mean square norm: `out = in / √(mean(in²) + epsilon) · weight` for each row. `out` may be `in`.
    void rmsNorm(Activations in, int rows, float[] weight, float epsilon, Activations out);

    /// Layer norm (Ba et al., 2016): `out = (in − mean(in)) / √(variance(in) + epsilon) · weight + bias` for each row. `out` may
    /// be `in`.
    ///
    /// @param bias null for none
    void layerNorm(Activations in, int rows, float[] weight, float @Nullable [] bias, float epsilon, Activations out);

    /// Rotates the first `2 · cos.columns` values of each head of each row.
    ///
    /// @param x rows of `headCount · headLength` values, changed in place
    /// @param cos row r has the cosine for each pair at row r's position
    /// @param sin as `cos`, the sine
    void rope(Activations x, int rows, int headCount, int headLength, RopeStyle style, Activations cos,
            Activations sin);

    /// Writes keys and values of the rows into the pages, at each row's position.
    void storeKeysValues(AttentionShape shape, int layer, Activations k, Activations v, int rows, KvRows kv);

    /// Attention of each row over the positions of its sequence that the shape's mask lets it see.
    ///
    /// @param layer whose keys and values are read
    /// @param q rows of `headCount · keyLength`
    /// @param out rows of `headCount · valueLength`
    void attention(AttentionShape shape, int layer, Activations q, int rows, KvRows kv, Activations out);

    /// `gate = function(gate) · up`, in place: a gated linear unit (Shazeer, "GLU variants improve transformer", 2020).
    void gate(Activation function, Activations gate, Activations up, int rows);

    /// `x = function(x)`, in place.
    void activate(Activation function, Activations x, int rows);

    /// `x = cap · tanh(x / cap)`, in place.
    ///
    /// @param cap above 0
    void softcap(Activations x, int rows, float cap);

    /// `x = x + y`, in place.
    void add(Activations x, Activations y, int rows);

    /// `x = x + bias` for each row, in place.
    void addBias(Activations x, int rows, float[] bias);

    /// Gives working memory back. Threads are shared by all models and end by themselves.
    @Override
    void close();
}
