package dev.railhead.core.model;

import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.PositionBias;
import dev.railhead.spi.RopeStyle;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a family puts its graph together from: hyperparameters, weights by name, working memory.
final class GraphBuilder {
    private final Hyperparameters hp;
    private final Weights weights;
    private final int contextLength;
    private final int capacity;
    private final Buffers buffers;
    private final String prefix;
    private final Map<RotaryKey, Rotary> rotaries = new LinkedHashMap<>();
    private @Nullable PositionBias alibi;

    GraphBuilder(Weights weights, int contextLength, int capacity) {
        this(weights, contextLength, capacity, new Buffers(capacity), "");
    }

    private GraphBuilder(Weights weights, int contextLength, int capacity, Buffers buffers, String prefix) {
        hp = new Hyperparameters(weights.metadata());
        this.weights = weights;
        this.contextLength = contextLength;
        this.capacity = capacity;
        this.buffers = buffers;
        this.prefix = prefix;
    }

    /// A builder with the same working memory for layers whose tensors have something before `blk`, as `enc.` in T5.
    GraphBuilder within(String before) {
        return new GraphBuilder(weights, contextLength, capacity, buffers, before);
    }

    /// The name of a layer's tensor without `.weight` or `.bias`, with what comes before `blk`.
    String fullName(int layer, String part) {
        return prefix + name(layer, part);
    }

    Hyperparameters hp() {
        return hp;
    }

    Weights weights() {
        return weights;
    }

    Backend backend() {
        return weights.backend();
    }

    /// `embedding_length`.
    int width() {
        return hp.embeddingLength();
    }

    /// Positions a sequence may have.
    int contextLength() {
        return contextLength;
    }

    /// Largest number of rows of a step.
    int capacity() {
        return capacity;
    }

    /// Working memory for a role, shared by all layers.
    Activations buffer(String role, int columns) {
        return buffers.get(role, columns);
    }

    /// The name of a layer's tensor without `.weight` or `.bias`.
    static String name(int layer, String part) {
        return "blk." + layer + "." + part;
    }

    /// The matrix of `NAME.weight`, with `NAME.bias` and the factor `NAME.scale` if there are any.
    Linear linear(String name, int rows, int columns) {
        return unscaledLinear(name, rows, columns).withScale(scale(name));
    }

    /// A layer's `blk.N.PART.weight`, with its bias and factor if there are any.
    Linear linear(int layer, String part, int rows, int columns) {
        return linear(fullName(layer, part), rows, columns);
    }

    /// As [#linear(int, String, int, int)], of a matrix whose `.scale` is something else.
    Linear unscaledLinear(int layer, String part, int rows, int columns) {
        return unscaledLinear(fullName(layer, part), rows, columns);
    }

    private Linear unscaledLinear(String name, int rows, int columns) {
        return new Linear(weights.matrix(name + ".weight", rows, columns), 1f,
                weights.optionalVector(name + ".bias", rows));
    }

    /// A matrix whose rows are those of several: the parts, each with its share of the bias.
    Linear[] fused(int layer, String part, int columns, int... rows) {
        String name = fullName(layer, part);
        int total = Arrays.stream(rows).sum();
        float scale = scale(name);
        float[] bias = weights.optionalVector(name + ".bias", total);
        Linear[] parts = new Linear[rows.length];
        int from = 0;
        for (int i = 0; i < rows.length; i++) {
            Matrix matrix = weights.matrixPart(name + ".weight", total, columns, from, rows[i]);
            parts[i] = new Linear(matrix, scale, part(bias, from, rows[i]));
            from += rows[i];
        }
        return parts;
    }

    private static float @Nullable [] part(float @Nullable [] bias, int from, int length) {
        return bias == null ? null : Arrays.copyOfRange(bias, from, from + length);
    }

    /// The factor of what a matrix gives, `NAME.scale` with one value; 1 without.
    private float scale(String name) {
        String companion = name + ".scale";
        return weights.elements(companion) == 1 ? weights.vector(companion, 1)[0] : 1f;
    }

    /// The matrices of all experts of a layer, which the file keeps in one tensor of three dimensions, each with its factor
    /// (`.scale`) and its bias if there are any.
    Linear[] experts(int layer, String part, int experts, int rows, int columns) {
        return fusedExperts(layer, part, experts, columns, rows)[0];
    }

    /// As [#experts], of a tensor that has for each expert the rows of several matrices.
    ///
    /// @return for each of these matrices those of all experts
    Linear[][] fusedExperts(int layer, String part, int experts, int columns, int... rows) {
        String name = fullName(layer, part);
        int each = Arrays.stream(rows).sum();
        float[] scales = weights.optionalVector(name + ".scale", experts);
        float[] bias = weights.optionalVectors(name + ".bias", experts, each);
        Linear[][] parts = new Linear[rows.length][experts];
        for (int expert = 0; expert < experts; expert++) {
            int from = expert * each;
            for (int i = 0; i < rows.length; i++) {
                Matrix matrix = weights.expertPart(name + ".weight", experts, each, columns, from, rows[i]);
                parts[i][expert] = new Linear(matrix, scales == null ? 1f : scales[expert], part(bias, from, rows[i]));
                from += rows[i];
            }
        }
        return parts;
    }

    /// Whether the file has `blk.N.PART.weight`.
    boolean has(int layer, String part) {
        return weights.has(fullName(layer, part) + ".weight");
    }

    /// Rows of `blk.N.PART.weight`; 0 if there is no such tensor.
    long rows(int layer, String part) {
        return weights.rows(fullName(layer, part) + ".weight");
    }

    /// The root mean square norm of `NAME.weight`.
    Norm rmsNorm(String name, int length) {
        return Norm.rms(backend(), weights.vector(name + ".weight", length), hp.rmsEpsilon());
    }

    /// A layer's root mean square norm over the width of the model.
    Norm rmsNorm(int layer, String part) {
        return rmsNorm(fullName(layer, part), width());
    }

    /// The layer norm of `NAME.weight`, with `NAME.bias` if there is one.
    Norm layerNorm(String name, int length) {
        return Norm.layer(backend(), weights.vector(name + ".weight", length),
                weights.optionalVector(name + ".bias", length), hp.epsilon());
    }

    /// A layer's layer norm over the width of the model.
    Norm layerNorm(int layer, String part) {
        return layerNorm(fullName(layer, part), width());
    }

    /// Rotary position embedding as the file's `rope.*` keys and tensors say; the same object for every layer.
    Rotary rotary(RopeStyle style) {
        return rotary("scaled", style, () -> Rope.of(hp, weights, contextLength));
    }

    /// As [#rotary(RopeStyle)], by a base of the layers with a window, `rope.freq_base_swa`, and without factors from tensors
    /// (Gemma 2, gpt-oss).
    Rotary windowRotary(RopeStyle style) {
        double base = hp.positive("rope.freq_base_swa", hp.ropeBase());
        return rotary("window", style, () -> Rope.of(hp, base));
    }

    /// Rotary position embedding by a base alone, over the pairs that the file's keys say; the same object for every layer.
    Rotary unscaledRotary(RopeStyle style, double base) {
        return rotary("unscaled", style, () -> Rope.unscaled(Rope.pairs(hp), base));
    }

    /// Rotary position embedding in NEOX order, the pairs shared among axes as `rope.dimension_sections` says if the file has it;
    /// the same object for every layer.
    ///
    /// @param interleaved as [Rope#withSections]
    Rotary sectionedRotary(boolean interleaved) {
        return rotary("sections", RopeStyle.NEOX,
                () -> Rope.of(hp, weights, contextLength).withSections(hp.ropeSections(), interleaved));
    }

    /// Rotary position embedding with angles of its own.
    ///
    /// @param kind what tells these angles from others of the model
    /// @param rope makes them when they are asked for the first time
    Rotary rotary(String kind, RopeStyle style, Supplier<Rope> rope) {
        return rotaries.computeIfAbsent(new RotaryKey(kind, style),
                key -> new Rotary(backend(), rope.get(), style, capacity));
    }

    /// Attention with linear biases; the same object for every layer.
    PositionBias alibi(float maxBias) {
        if (alibi == null) {
            alibi = Alibi.bias(hp.headCount()[0], maxBias, contextLength);
        }
        return alibi;
    }

    private record RotaryKey(String kind, RopeStyle style) {}

    /// All that were asked for.
    Collection<Rotary> rotaries() {
        return rotaries.values();
    }
}
