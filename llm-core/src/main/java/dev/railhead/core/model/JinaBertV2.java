package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.PositionBias;

/// Jina Embeddings 2 (Günther et al., 2023): BERT with ALiBi in both directions instead of learned positions, and GeGLU; its
/// models for code have layer norms of q and k, and add and normalise the layer's input a second time. GELU has its tanh form,
/// as in llama.cpp.
final class JinaBertV2 extends EncoderFamily {
    /// Fixed in the model's code.
    private static final float MAX_BIAS = 8;

    JinaBertV2() {
        super("jina-bert-v2", "Jina Embeddings 2, Jina Reranker 1");
    }

    @Override
    public RankHead.Rule rankRule() {
        return RankHead.Rule.FIRST_SCORE_TANH;
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.of(b).withFirstType(b).withNorm(b.layerNorm("token_embd_norm", b.width()));
    }

    @Override
    EncoderLayer layer(GraphBuilder b, int i) {
        PositionBias alibi = b.alibi(MAX_BIAS);
        Attention attention = attention(b, i, attention(b.hp(), i).withBias(alibi));
        Attention branch = b.has(i, "attn_q_norm") ? attention.withFullLayerNorms() : attention;
        Block feedForward = hasGate(b, i)
                ? new GatedFeedForward(b, i, Activation.GELU)
                : new FeedForward(b, i, Activation.GELU);
        return b.has(i, "attn_norm_2")
                ? new EncoderLayer(b, null, branch, new TwiceAdded(b, i, branch, feedForward))
                : postNorm(b, i, branch, feedForward);
    }

    private static boolean hasGate(GraphBuilder b, int layer) {
        return b.has(layer, "ffn_gate") || b.rows(layer, "ffn_up") == 2L * b.hp().feedForwardLength()[layer];
    }

    /// `y = norm(x + attention(x)); y = norm2(y + x)`, and then the usual feed-forward branch.
    private static final class TwiceAdded implements Layer {
        private final Backend backend;
        private final Layer first;
        private final Norm secondNorm;
        private final Layer rest;
        private final Activations input; // [rows][width]

        TwiceAdded(GraphBuilder b, int layer, Block attention, Block feedForward) {
            backend = b.backend();
            first = postNormBranch(b, attention, b.layerNorm(layer, "attn_output_norm"));
            secondNorm = b.layerNorm(layer, "attn_norm_2");
            rest = postNormBranch(b, feedForward, b.layerNorm(layer, "layer_output_norm"));
            input = b.buffer("input", b.width());
        }

        @Override
        public void forward(Activations x, Step step) {
            int rows = step.rows();
            System.arraycopy(x.values, 0, input.values, 0, rows * x.columns);
            first.forward(x, step);
            backend.add(x, input, rows);
            secondNorm.apply(x, rows, x);
            rest.forward(x, step);
        }
    }
}
