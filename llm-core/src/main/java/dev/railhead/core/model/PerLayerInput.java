package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;

/// An input of its own for each layer (Gemma 3n, Gemma 4 E2B): a small embedding of the token for the layer, added to a
/// projection of the hidden state that the step begins with.
final class PerLayerInput {
    private static final float HALF = (float) (1 / Math.sqrt(2));

    private final GraphBuilder b;
    private final Backend backend;
    private final int length;
    private final Matrix table; // [vocabulary][layers · length]
    private final Linear projection; // [layers · length][width]
    private final Norm norm;
    private final Activations inputs; // [rows][layers · length]
    private final float[] embedded; // [layers · length]

    /// @param length `embedding_length_per_layer_input`
    PerLayerInput(GraphBuilder b, int length) {
        this.b = b;
        this.length = length;
        backend = b.backend();
        int all = b.hp().blockCount() * length;
        table = b.weights().matrix("per_layer_token_embd.weight", Embedding.vocabularySize(b.hp()), all);
        projection = b.linear("per_layer_model_proj", all, b.width());
        norm = b.rmsNorm("per_layer_proj_norm", length);
        inputs = b.buffer("per layer inputs", all);
        embedded = new float[all];
    }

    /// Computes the inputs of all layers from the hidden states that a step begins with; changes nothing.
    void prepare(Activations x, Step step) {
        int rows = step.rows();
        projection.apply(backend, x, rows, inputs);
        Rows.scale(inputs, rows, (float) (1 / Math.sqrt(b.width())));
        Activations each = inputs.view(length);
        norm.apply(each, rows * b.hp().blockCount(), each);
        float scale = (float) Math.sqrt(length);
        for (int row = 0; row < rows; row++) {
            table.row(step.token(row), embedded, 0);
            int first = row * inputs.columns;
            for (int i = 0; i < embedded.length; i++) {
                inputs.values[first + i] = (inputs.values[first + i] + embedded[i] * scale) * HALF;
            }
        }
    }

    /// What a layer does with its input at its end: `x += post_norm(proj · (gelu(inp_gate · x) · input))`.
    Layer layer(int layer) {
        Linear gate = b.linear(layer, "inp_gate", length, b.width());
        Activations gated = b.buffer("per layer gate", length);
        Activations input = b.buffer("per layer input", length);
        Linear up = b.linear(layer, "proj", b.width(), length);
        Block block = (in, step, out) -> {
            gate.apply(backend, in, step.rows(), gated);
            inputs.copyColumns(layer * length, input, 0, length, step.rows());
            backend.gate(Activation.GELU, gated, input, step.rows());
            up.apply(backend, gated, step.rows(), out);
        };
        return Residual.of(b, null, block, b.rmsNorm(layer, "post_norm"));
    }
}
