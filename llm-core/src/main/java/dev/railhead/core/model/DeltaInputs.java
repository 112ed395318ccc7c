package dev.railhead.core.model;

import dev.railhead.core.model.GatedDeltaNet.Lengths;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The projections that a [GatedDeltaNet] reads: q, k and v, the gate of the output, and for each value head a beta and an
/// alpha. Files keep them apart (`attn_qkv`, `attn_gate`, `ssm_beta`, `ssm_alpha`) or together by key head: `ssm_ba` has r betas
/// and then r alphas for each, r being the value heads of a key head, and the older `ssm_in` its q, k, v and gates.
final class DeltaInputs {
    private final Lengths lengths;
    private final List<Linear> linears = new ArrayList<>();
    private final List<Activations> outs = new ArrayList<>();
    private final Activations qkv; // [rows][channels]
    private final Activations gate; // [rows][values]
    private final @Nullable Activations both; // of `ssm_in`, null without
    private final Activations betas; // of `ssm_beta` or `ssm_ba`
    private final Activations alphas; // of `ssm_alpha` or `ssm_ba`
    private final int[] betaAt; // of each value head, its column
    private final int[] alphaAt;

    DeltaInputs(GraphBuilder b, int layer, Lengths lengths) {
        this.lengths = lengths;
        int heads = lengths.valueHeads();
        int shared = heads / lengths.keyHeads();
        boolean fusedBeta = b.has(layer, "ssm_ba");
        if (!b.has(layer, "attn_qkv") && b.has(layer, "ssm_in")) {
            both = add(b, layer, "ssm_in", "delta in", lengths.channels() + lengths.values());
            qkv = b.buffer("delta qkv", lengths.channels());
            gate = b.buffer("delta gate", lengths.values());
        } else {
            both = null;
            qkv = add(b, layer, "attn_qkv", "delta qkv", lengths.channels());
            gate = add(b, layer, "attn_gate", "delta gate", lengths.values());
        }
        if (fusedBeta) {
            betas = add(b, layer, "ssm_ba", "delta beta and alpha", 2 * heads);
            alphas = betas;
        } else {
            betas = add(b, layer, "ssm_beta", "delta beta", heads);
            alphas = add(b, layer, "ssm_alpha", "delta alpha", heads);
        }
        betaAt = new int[heads];
        alphaAt = new int[heads];
        for (int head = 0; head < heads; head++) {
            betaAt[head] = fusedBeta ? head / shared * 2 * shared + head % shared : head;
            alphaAt[head] = fusedBeta ? betaAt[head] + shared : head;
        }
    }

    /// Loads a projection, and only then, when its lengths are the file's, takes memory for what it gives.
    private Activations add(GraphBuilder b, int layer, String part, String role, int rows) {
        linears.add(b.linear(layer, part, rows, b.width()));
        Activations out = b.buffer(role, rows);
        outs.add(out);
        return out;
    }

    /// Computes all of them.
    void compute(Backend backend, Activations in, int rows) {
        Linear.apply(backend, in, rows, linears.toArray(Linear[]::new), outs.toArray(Activations[]::new));
        if (both != null) {
            split(both, rows);
        }
    }

    /// Brings what `ssm_in` has for each key head to where the separate projections would have it.
    private void split(Activations in, int rows) {
        int key = lengths.key();
        int value = lengths.values() / lengths.keyHeads();
        int from = 0;
        for (int head = 0; head < lengths.keyHeads(); head++) {
            in.copyColumns(from, qkv, head * key, key, rows);
            in.copyColumns(from + key, qkv, lengths.keys() + head * key, key, rows);
            in.copyColumns(from + 2 * key, qkv, 2 * lengths.keys() + head * value, value, rows);
            in.copyColumns(from + 2 * key + value, gate, head * value, value, rows);
            from += 2 * (key + value);
        }
    }

    /// `[rows][q, k, v]`, each head by head.
    Activations qkv() {
        return qkv;
    }

    /// `[rows][value heads · value length]`.
    Activations gate() {
        return gate;
    }

    float beta(int row, int head) {
        return betas.values[row * betas.columns + betaAt[head]];
    }

    float alpha(int row, int head) {
        return alphas.values[row * alphas.columns + alphaAt[head]];
    }
}
