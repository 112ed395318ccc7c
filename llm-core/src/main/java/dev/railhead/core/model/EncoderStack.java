package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An encoder from tokens to hidden states. Texts are in a step whole, but its rows go through each layer in parts, so that
/// working memory is as large as a part and not as the longest text. The residual stream of the others waits off-heap.
final class EncoderStack {
    /// Rows of a part: the chunk in which decoders take prompts, from where on products don't get faster.
    private static final int PART = 512;

    private final Embedding embedding;
    private final List<Rotary> rotaries;
    private final EncoderLayer[] layers;
    private final @Nullable Norm finalNorm;
    private final Activations x; // the residual stream of a part, [rows][width]
    private final MemorySegment waiting; // that of all parts, float[capacity][width]; empty if a step is a part

    /// @param b whose working memory has the rows of a part
    /// @param capacity largest number of rows of a step
    EncoderStack(GraphBuilder b, int capacity, Embedding embedding, EncoderLayer[] layers, @Nullable Norm finalNorm) {
        this.embedding = embedding;
        rotaries = List.copyOf(b.rotaries());
        this.layers = layers;
        this.finalNorm = finalNorm;
        x = b.buffer("x", b.width());
        waiting = capacity > b.capacity()
                ? b.weights().workingMemory((long) capacity * b.width() * Float.BYTES)
                : MemorySegment.NULL;
    }

    /// Rows that working memory is for.
    static int workingRows(int stepRows) {
        return Math.min(stepRows, PART);
    }

    /// Receives hidden states.
    @FunctionalInterface
    interface Output {
        /// @param x `[rows][width]`, valid during the call
        /// @param part the rows they are of; parts come in order
        void accept(Activations x, Step part);
    }

    /// Computes all rows of a step.
    void forward(Step step, Output output) {
        Step[] parts = step.parts(x.capacity());
        rotaries.forEach(rotary -> rotary.prepare(parts));
        for (int part = 0; part < parts.length; part++) {
            embedding.lookUp(parts[part], x);
            leave(parts, part);
        }
        for (int layer = 0; layer < layers.length; layer++) {
            keep(layers[layer], parts);
            for (int part = 0; part < parts.length; part++) {
                enter(parts, part);
                layers[layer].forward(x, parts[part]);
                Numerics.check(x, parts[part], layer);
                leave(parts, part);
            }
        }
        for (int part = 0; part < parts.length; part++) {
            enter(parts, part);
            if (finalNorm != null) {
                finalNorm.apply(x, parts[part].rows(), x);
            }
            output.accept(x, parts[part]);
        }
    }

    private void keep(EncoderLayer layer, Step[] parts) {
        for (int part = 0; part < parts.length; part++) {
            enter(parts, part);
            layer.keep(x, parts[part]);
        }
    }

    /// Brings a part into working memory.
    private void enter(Step[] parts, int part) {
        parts[part].checkCancelled();
        if (parts.length > 1) {
            MemorySegment.copy(waiting, ValueLayout.JAVA_FLOAT, offset(part), x.values, 0, values(parts[part]));
            rotaries.forEach(rotary -> rotary.use(part));
        }
    }

    /// Puts a part back.
    private void leave(Step[] parts, int part) {
        if (parts.length > 1) {
            MemorySegment.copy(x.values, 0, waiting, ValueLayout.JAVA_FLOAT, offset(part), values(parts[part]));
        }
    }

    private long offset(int part) {
        return (long) part * x.values.length * Float.BYTES;
    }

    private int values(Step part) {
        return part.rows() * x.columns;
    }
}
