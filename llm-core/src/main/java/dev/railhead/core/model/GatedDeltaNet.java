package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.core.reference.Arithmetic;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;

/// The gated delta rule (Yang et al., "Gated Delta Networks", 2024), linear attention with a state S of
/// `[key length][value length]` for each value head: `S *= e^g; δ = β (v − Sᵀk); S += k ⊗ δ; o = Sᵀq`. Queries, keys and
/// values go through a short convolution; queries and keys are scaled to length 1; the output is normalised and gated.
final class GatedDeltaNet implements Block {
    /// The lengths of a layer.
    ///
    /// @param kernel of the convolution, `ssm.conv_kernel`
    /// @param keyHeads `ssm.group_count`
    /// @param valueHeads a multiple, `ssm.time_step_rank`
    /// @param key values of a key head, `ssm.state_size`
    /// @param value values of a value head, `ssm.inner_size` / value heads
    /// @param neighbours whether neighbouring value heads share a key head, or those that are `keyHeads` apart
    record Lengths(int kernel, int keyHeads, int valueHeads, int key, int value, boolean neighbours) {
        static Lengths of(Hyperparameters hp, boolean neighbours) {
            int keyHeads = hp.integer("ssm.group_count");
            int valueHeads = hp.integer("ssm.time_step_rank");
            int inner = hp.integer("ssm.inner_size");
            if (valueHeads % keyHeads != 0) {
                throw hp.metadata().error(hp.key("ssm.time_step_rank"),
                        "a multiple of the " + keyHeads + " key heads ('" + hp.key("ssm.group_count") + "')",
                        Integer.toString(valueHeads));
            }
            if (inner % valueHeads != 0) {
                throw hp.metadata().error(hp.key("ssm.inner_size"), "a multiple of the " + valueHeads
                        + " value heads ('" + hp.key("ssm.time_step_rank") + "')", Integer.toString(inner));
            }
            int kernel = hp.kernel("ssm.conv_kernel", 1);
            int key = hp.integer("ssm.state_size");
            hp.stateLength("ssm.state_size", kernel * (2L * keyHeads * key + inner) + (long) inner * key);
            return new Lengths(kernel, keyHeads, valueHeads, key, inner / valueHeads, neighbours);
        }

        int keys() {
            return keyHeads * key;
        }

        int values() {
            return valueHeads * value;
        }

        /// Channels of the convolution: q, k, v.
        int channels() {
            return 2 * keys() + values();
        }

        int convolutionState() {
            return ShortConvolution.stateLength(kernel, channels());
        }

        /// Floats of a layer's state: the convolution's and then `[value heads][key length][value length]`.
        int state() {
            return convolutionState() + values() * key;
        }

        int keyHead(int valueHead) {
            return neighbours ? valueHead / (valueHeads / keyHeads) : valueHead % keyHeads;
        }
    }

    private final Backend backend;
    private final int layer;
    private final Lengths lengths;
    private final DeltaInputs inputs;
    private final ShortConvolution convolution;
    private final float[] a; // [value heads], negative
    private final float[] timeStepBias; // [value heads]
    private final Norm norm;
    private final float epsilon;
    private final Linear output;
    private final Activations qkv; // convolved, [rows][channels]
    private final Activations attended; // [rows][values]
    private final DeltaState delta;

    /// @param inputs gives what the layer makes of its input
    GatedDeltaNet(GraphBuilder b, int layer, Lengths lengths, DeltaInputs inputs) {
        backend = b.backend();
        this.layer = layer;
        this.lengths = lengths;
        this.inputs = inputs;
        convolution = new ShortConvolution(b, layer, "ssm_conv1d", lengths.kernel, lengths.channels());
        a = b.weights().vector(GraphBuilder.name(layer, "ssm_a"), lengths.valueHeads);
        timeStepBias = b.weights().vector(GraphBuilder.name(layer, "ssm_dt.bias"), lengths.valueHeads);
        norm = b.rmsNorm(GraphBuilder.name(layer, "ssm_norm"), lengths.value);
        epsilon = b.hp().rmsEpsilon();
        output = b.linear(layer, "ssm_out", b.width(), lengths.values());
        qkv = b.buffer("delta convolved", lengths.channels());
        attended = b.buffer("delta attended", lengths.values());
        delta = new DeltaState(lengths.key, lengths.value);
    }

    @Override
    public void forward(Activations in, Step step, Activations out) {
        int rows = step.rows();
        inputs.compute(backend, in, rows);
        for (int row = 0; row < rows; row++) {
            convolution.apply(step.state(row, layer), inputs.qkv(), row, qkv);
        }
        backend.activate(Activation.SILU, qkv, rows);
        for (int row = 0; row < rows; row++) {
            normalizeHeads(row);
            float[] state = step.state(row, layer);
            for (int head = 0; head < lengths.valueHeads; head++) {
                update(state, row, head);
            }
        }
        Activations heads = attended.view(lengths.value);
        norm.apply(heads, rows * lengths.valueHeads, heads);
        backend.gate(Activation.SILU, inputs.gate(), attended, rows);
        output.apply(backend, inputs.gate(), rows, out);
    }

    /// Scales each head of q and k to length 1, and those of q to 1/√(key length).
    private void normalizeHeads(int row) {
        float queryScale = (float) (1 / Math.sqrt(lengths.key));
        for (int head = 0; head < 2 * lengths.keyHeads; head++) {
            int from = row * qkv.columns + head * lengths.key;
            float squares = 0f;
            for (int i = from; i < from + lengths.key; i++) {
                squares = Math.fma(qkv.values[i], qkv.values[i], squares);
            }
            float scale = 1f / (float) Math.sqrt(squares + epsilon);
            if (head < lengths.keyHeads) {
                scale *= queryScale;
            }
            for (int i = from; i < from + lengths.key; i++) {
                qkv.values[i] *= scale;
            }
        }
    }

    private void update(float[] state, int row, int head) {
        int keyHead = lengths.keyHead(head);
        int q = row * qkv.columns + keyHead * lengths.key;
        int k = q + lengths.keys();
        int v = row * qkv.columns + 2 * lengths.keys() + head * lengths.value;
        int s = lengths.convolutionState() + head * lengths.key * lengths.value;
        float beta = Arithmetic.sigmoid(inputs.beta(row, head));
        float decay = Arithmetic.exp(a[head] * Arithmetic.softplus(inputs.alpha(row, head) + timeStepBias[head]));
        delta.step(state, s, qkv.values, q, k, v, decay, beta, attended.values,
                row * attended.columns + head * lengths.value);
    }
}
