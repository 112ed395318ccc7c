package dev.railhead.core.reference;

import dev.railhead.LoadMode;
import dev.railhead.UnsupportedModelException;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import dev.railhead.spi.KvRows;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.RopeStyle;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The operations in plain loops, on the calling thread.
public final class ReferenceBackend implements Backend {
    /// Bytes copied at once.
    private static final int PIECE = 1 << 16;

    /// Makes a backend; it keeps no state.
    public ReferenceBackend() {}

    @Override
    public String name() {
        return ReferenceBackendProvider.NAME;
    }

    @Override
    public String description() {
        return "reference (scalar, 1 thread)";
    }

    @Override
    public long packedBytes(Tensor tensor, LoadMode mode) {
        return mode == LoadMode.MAPPED ? 0 : tensor.type().bytes(tensor.elements());
    }

    @Override
    public Matrix pack(Tensor tensor, LoadMode mode, Arena arena) {
        int group = tensor.type().activationGroup();
        if (group != 0 && tensor.columns() % group != 0) {
            throw new UnsupportedModelException(tensor + ": expected rows of whole groups of " + group
                    + " activations, found " + tensor.columns() + " columns");
        }
        if (mode == LoadMode.MAPPED) {
            return new ReferenceMatrix(tensor, tensor.data(), 0);
        }
        MemorySegment copy = arena.allocate(tensor.data().byteSize(), 64);
        byte[] piece = new byte[(int) Math.min(PIECE, copy.byteSize())];
        for (long at = 0; at < copy.byteSize(); at += piece.length) {
            int n = (int) Math.min(piece.length, copy.byteSize() - at);
            tensor.read(at, piece, 0, n);
            MemorySegment.copy(piece, 0, copy, ValueLayout.JAVA_BYTE, at, n);
        }
        return new ReferenceMatrix(tensor, copy, copy.byteSize());
    }

    @Override
    public void matmul(Activations in, int rows, Matrix[] weights, Activations[] outs) {
        for (int i = 0; i < weights.length; i++) {
            new PlainProduct((PlainMatrix) weights[i], in, rows, outs[i]).compute(0, weights[i].rows());
        }
    }

    @Override
    public void rmsNorm(Activations in, int rows, float[] weight, float epsilon, Activations out) {
        int n = in.columns;
        for (int first = 0; first < rows * n; first += n) {
            float[] lanes = new float[Arithmetic.LANES];
            for (int i = 0; i < n; i++) {
                int lane = i % Arithmetic.LANES;
                lanes[lane] = Math.fma(in.values[first + i], in.values[first + i], lanes[lane]);
            }
            float scale = 1f / (float) Math.sqrt(Arithmetic.combine(lanes) / n + epsilon);
            for (int i = 0; i < n; i++) {
                out.values[first + i] = in.values[first + i] * scale * weight[i];
            }
        }
    }

    @Override
    public void layerNorm(Activations in, int rows, float[] weight, float @Nullable [] bias, float epsilon,
            Activations out) {
        int n = in.columns;
        for (int first = 0; first < rows * n; first += n) {
            float[] lanes = new float[Arithmetic.LANES];
            for (int i = 0; i < n; i++) {
                lanes[i % Arithmetic.LANES] += in.values[first + i];
            }
            float mean = Arithmetic.combine(lanes) / n;
            lanes = new float[Arithmetic.LANES];
            for (int i = 0; i < n; i++) {
                int lane = i % Arithmetic.LANES;
                float deviation = in.values[first + i] - mean;
                lanes[lane] = Math.fma(deviation, deviation, lanes[lane]);
            }
            float scale = 1f / (float) Math.sqrt(Arithmetic.combine(lanes) / n + epsilon);
            for (int i = 0; i < n; i++) {
                float y = (in.values[first + i] - mean) * scale * weight[i];
                out.values[first + i] = bias == null ? y : y + bias[i];
            }
        }
    }

    @Override
    public void rope(Activations x, int rows, int headCount, int headLength, RopeStyle style, Activations cos,
            Activations sin) {
        int pairs = cos.columns;
        int firstStep = style == RopeStyle.NORM ? 2 : 1;
        int partner = style == RopeStyle.NORM ? 1 : pairs;
        for (int r = 0; r < rows; r++) {
            for (int head = 0; head < headCount; head++) {
                int offset = r * x.columns + head * headLength;
                for (int i = 0; i < pairs; i++) {
                    int at = offset + i * firstStep;
                    float c = cos.values[r * pairs + i];
                    float s = sin.values[r * pairs + i];
                    float a = x.values[at];
                    float b = x.values[at + partner];
                    x.values[at] = Math.fma(a, c, -(b * s));
                    x.values[at + partner] = Math.fma(a, s, b * c);
                }
            }
        }
    }

    @Override
    public void storeKeysValues(AttentionShape shape, int layer, Activations k, Activations v, int rows, KvRows kv) {
        ReferenceAttention.store(shape, layer, k, v, rows, kv);
    }

    @Override
    public void attention(AttentionShape shape, int layer, Activations q, int rows, KvRows kv, Activations out) {
        ReferenceAttention.attend(shape, layer, q, rows, kv, out);
    }

    @Override
    public void gate(Activation function, Activations gate, Activations up, int rows) {
        for (int i = 0; i < rows * gate.columns; i++) {
            float factor = function == Activation.CLAMPED_SWISH ? Arithmetic.clampedUp(up.values[i]) : up.values[i];
            gate.values[i] = Arithmetic.activate(function, gate.values[i]) * factor;
        }
    }

    @Override
    public void activate(Activation function, Activations x, int rows) {
        for (int i = 0; i < rows * x.columns; i++) {
            x.values[i] = Arithmetic.activate(function, x.values[i]);
        }
    }

    @Override
    public void softcap(Activations x, int rows, float cap) {
        for (int i = 0; i < rows * x.columns; i++) {
            x.values[i] = cap * Arithmetic.tanh(x.values[i] / cap);
        }
    }

    @Override
    public void add(Activations x, Activations y, int rows) {
        for (int i = 0; i < rows * x.columns; i++) {
            x.values[i] += y.values[i];
        }
    }

    @Override
    public void addBias(Activations x, int rows, float[] bias) {
        for (int i = 0; i < rows * x.columns; i++) {
            x.values[i] += bias[i % x.columns];
        }
    }

    @Override
    public void close() {}
}
