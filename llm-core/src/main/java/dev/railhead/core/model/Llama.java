package dev.railhead.core.model;

import dev.railhead.UnsupportedModelException;
import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import dev.railhead.spi.KvLayout;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.RopeStyle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Llama 1, 2 and 3, Mistral, SmolLM and whatever else converts to `llama`: pre-norm, grouped-query attention with RoPE
/// in
/// NORM order (the converter has permuted q and k), SwiGLU. Biases are added where the file has them.
final class Llama implements Architecture {
    @Override
    public String name() {
        return "llama";
    }

    @Override
    public KvLayout kvLayout(Metadata metadata) {
        var hp = new Hyperparameters(metadata);
        int[] kvHeads = hp.kvHeadCount();
        return new KvLayout(kvHeads, filled(kvHeads.length, hp.keyLength()), filled(kvHeads.length, hp.valueLength()));
    }

    @Override
    public AttentionShape attention(Metadata metadata) {
        return attention(new Hyperparameters(metadata), 0);
    }

    private static AttentionShape attention(Hyperparameters hp, int layer) {
        float scale = (float) hp.positive("attention.scale", 1 / Math.sqrt(hp.keyLength()));
        return new AttentionShape(hp.headCount()[layer], hp.kvHeadCount()[layer], hp.keyLength(), hp.valueLength(),
                scale);
    }

    private static int[] filled(int length, int value) {
        int[] array = new int[length];
        Arrays.fill(array, value);
        return array;
    }

    @Override
    public Graph load(Weights weights, int contextLength, int capacity) {
        var hp = new Hyperparameters(weights.metadata());
        if (weights.metadata().integer(hp.key("expert_count"), 0) > 0) {
            throw new UnsupportedModelException("key '" + hp.key("expert_count") + "' of " + weights.metadata().file()
                    + ": expected a model without experts, found "
                    + weights.metadata().integer(hp.key("expert_count"))
                    + "; mixture-of-experts models are not supported yet");
        }
        return new LlamaGraph(hp, weights, contextLength, capacity);
    }

    /// The weights of one layer.
    private record Layer(AttentionShape shape, float[] attnNorm, Matrix attnQ, Matrix attnK, Matrix attnV,
            float @Nullable [] attnQBias, float @Nullable [] attnKBias, float @Nullable [] attnVBias,
            Matrix attnOutput, float @Nullable [] attnOutputBias, float[] ffnNorm, Matrix ffnGate, Matrix ffnUp,
            Matrix ffnDown, float @Nullable [] ffnGateBias, float @Nullable [] ffnUpBias,
            float @Nullable [] ffnDownBias) {
        static Layer load(Hyperparameters hp, Weights w, int layer) {
            int width = hp.embeddingLength();
            int heads = hp.headCount()[layer];
            int kvHeads = hp.kvHeadCount()[layer];
            int q = heads * hp.keyLength();
            int k = kvHeads * hp.keyLength();
            int v = kvHeads * hp.valueLength();
            int ffn = hp.feedForwardLength()[layer];
            String b = "blk." + layer + ".";
            boolean fused = w.has(b + "attn_qkv.weight");
            String qkv = b + "attn_qkv.weight"; // rows of q, then k, then v
            float[] qkvBias = w.optionalVector(b + "attn_qkv.bias", q + k + v);
            return new Layer(attention(hp, layer),
                    w.vector(b + "attn_norm.weight", width),
                    fused ? w.matrixPart(qkv, q + k + v, width, 0, q) : w.matrix(b + "attn_q.weight", q, width),
                    fused ? w.matrixPart(qkv, q + k + v, width, q, k) : w.matrix(b + "attn_k.weight", k, width),
                    fused ? w.matrixPart(qkv, q + k + v, width, q + k, v) : w.matrix(b + "attn_v.weight", v, width),
                    qkvBias != null ? Arrays.copyOfRange(qkvBias, 0, q) : w.optionalVector(b + "attn_q.bias", q),
                    qkvBias != null ? Arrays.copyOfRange(qkvBias, q, q + k) : w.optionalVector(b + "attn_k.bias", k),
                    qkvBias != null
                            ? Arrays.copyOfRange(qkvBias, q + k, q + k + v)
                            : w.optionalVector(b + "attn_v.bias", v),
                    w.matrix(b + "attn_output.weight", width, heads * hp.valueLength()),
                    w.optionalVector(b + "attn_output.bias", width), w.vector(b + "ffn_norm.weight", width),
                    w.matrix(b + "ffn_gate.weight", ffn, width), w.matrix(b + "ffn_up.weight", ffn, width),
                    w.matrix(b + "ffn_down.weight", width, ffn), w.optionalVector(b + "ffn_gate.bias", ffn),
                    w.optionalVector(b + "ffn_up.bias", ffn), w.optionalVector(b + "ffn_down.bias", width));
        }
    }

    private static final class LlamaGraph implements Graph {
        private final Backend backend;
        private final float epsilon;
        private final Embedding embedding;
        private final Layer[] layers;
        private final OutputHead head;
        private final Rope rope;
        private final Buffers buffers;
        private final Activations x; // the residual stream, [rows][width]
        private final Activations normed; // [rows][width]
        private final Activations branch; // what a branch adds to the residual stream, [rows][width]
        private final Activations cos; // [rows][pairs]
        private final Activations sin;

        LlamaGraph(Hyperparameters hp, Weights w, int contextLength, int capacity) {
            backend = w.backend();
            epsilon = hp.rmsEpsilon();
            int width = hp.embeddingLength();
            int vocabulary = Embedding.vocabularySize(hp);
            rope = new Rope(hp, w, contextLength);
            embedding = new Embedding(w.matrix("token_embd.weight", vocabulary, width));
            layers = new Layer[hp.blockCount()];
            for (int layer = 0; layer < layers.length; layer++) {
                layers[layer] = Layer.load(hp, w, layer);
            }
            Matrix output = w.has("output.weight")
                    ? w.matrix("output.weight", vocabulary, width)
                    : embedding.table(); // tied
            head = new OutputHead(backend, w.vector("output_norm.weight", width), epsilon, output);
            buffers = new Buffers(capacity);
            x = buffers.get("x", width);
            normed = buffers.get("normed", width);
            branch = buffers.get("branch", width);
            cos = buffers.get("cos", rope.pairs());
            sin = buffers.get("sin", rope.pairs());
        }

        @Override
        public void forward(Step step) {
            int rows = step.rows();
            embedding.lookUp(step, x);
            rope.angles(step, cos, sin);
            for (int layer = 0; layer < layers.length; layer++) {
                step.checkCancelled();
                backend.rmsNorm(x, rows, layers[layer].attnNorm, epsilon, normed);
                attention(step, layer);
                backend.add(x, branch, rows);
                backend.rmsNorm(x, rows, layers[layer].ffnNorm, epsilon, normed);
                feedForward(step, layer);
                backend.add(x, branch, rows);
                Numerics.check(x, step, layer);
            }
            head.logits(x, step);
        }

        private void attention(Step step, int layer) {
            Layer w = layers[layer];
            AttentionShape shape = w.shape;
            int rows = step.rows();
            Activations q = buffers.get("q", shape.headCount() * shape.keyLength());
            Activations k = buffers.get("k", shape.kvHeadCount() * shape.keyLength());
            Activations v = buffers.get("v", shape.kvHeadCount() * shape.valueLength());
            Activations attended = buffers.get("attended", shape.headCount() * shape.valueLength());
            backend.matmul(normed, rows, new Matrix[]{w.attnQ, w.attnK, w.attnV}, new Activations[]{q, k, v});
            addBias(q, rows, w.attnQBias);
            addBias(k, rows, w.attnKBias);
            addBias(v, rows, w.attnVBias);
            backend.rope(q, rows, shape.headCount(), shape.keyLength(), RopeStyle.NORM, cos, sin);
            backend.rope(k, rows, shape.kvHeadCount(), shape.keyLength(), RopeStyle.NORM, cos, sin);
            backend.storeKeysValues(shape, layer, k, v, rows, step);
            backend.attention(shape, layer, q, rows, step, attended);
            backend.matmul(attended, rows, w.attnOutput, branch);
            addBias(branch, rows, w.attnOutputBias);
        }

        private void feedForward(Step step, int layer) {
            Layer w = layers[layer];
            int rows = step.rows();
            Activations gate = buffers.get("gate", w.ffnGate.rows());
            Activations up = buffers.get("up", w.ffnUp.rows());
            backend.matmul(normed, rows, new Matrix[]{w.ffnGate, w.ffnUp}, new Activations[]{gate, up});
            addBias(gate, rows, w.ffnGateBias);
            addBias(up, rows, w.ffnUpBias);
            backend.gate(Activation.SILU, gate, up, rows);
            backend.matmul(gate, rows, w.ffnDown, branch);
            addBias(branch, rows, w.ffnDownBias);
        }

        private void addBias(Activations y, int rows, float @Nullable [] bias) {
            if (bias != null) {
                backend.addBias(y, rows, bias);
            }
        }
    }
}
