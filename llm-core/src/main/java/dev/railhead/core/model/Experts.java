package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A mixture of experts (Shazeer et al., 2017): a router, `ffn_gate_inp`, chooses a few feed-forward networks for each row.
/// Rows are grouped by expert, so that each expert's weights are read once for all its rows, and no others. A row adds up
/// its experts in ascending order, so that it doesn't matter which rows come with it.
final class Experts implements Block {
    private final Backend backend;
    private final Activation function;
    private final Linear router;
    private final ExpertRouting routing;
    private final Linear @Nullable [] gates;
    private final Linear[] ups;
    private final Linear[] downs;
    private final Activations logits; // [rows][experts]
    private final Activations gathered; // [rows of an expert][width]
    private final Activations[] hidden; // gate and up, [rows of an expert][feed-forward length]
    private final Activations result; // [rows of an expert][width]
    private final int[] chosen; // [rows][used]
    private final float[] weights; // [rows][used]
    private final ExpertRows byExpert;

    /// Loads router and experts of a layer: `ffn_gate_exps`, `ffn_up_exps` (or `ffn_gate_up_exps`, the gate's rows first)
    /// and `ffn_down_exps`, each of all experts.
    ///
    /// @param length feed-forward length of an expert
    /// @param gated whether experts have a gate
    private Experts(GraphBuilder b, int layer, Activation function, int length, ExpertRouting.Rules rules,
            boolean gated) {
        backend = b.backend();
        this.function = function;
        int experts = b.hp().experts().count();
        router = b.unscaledLinear(layer, "ffn_gate_inp", experts, b.width());
        routing = new ExpertRouting(rules, experts);
        if (b.has(layer, "ffn_gate_up_exps")) {
            Linear[][] both = b.fusedExperts(layer, "ffn_gate_up_exps", experts, b.width(), length, length);
            gates = both[0];
            ups = both[1];
        } else {
            gates = gated ? b.experts(layer, "ffn_gate_exps", experts, length, b.width()) : null;
            ups = b.experts(layer, "ffn_up_exps", experts, length, b.width());
        }
        downs = b.experts(layer, "ffn_down_exps", experts, b.width(), length);
        int capacity = b.capacity();
        logits = b.buffer("router", experts);
        gathered = b.buffer("gathered", b.width());
        hidden = new Activations[]{b.buffer("gate", length), b.buffer("up", length)};
        result = b.buffer("expert", b.width());
        chosen = new int[capacity * rules.used()];
        weights = new float[capacity * rules.used()];
        byExpert = new ExpertRows(experts, chosen.length);
    }

    /// Loads router and experts of a layer, as long as the hyperparameters say.
    Experts(GraphBuilder b, int layer, Activation function, ExpertRouting.Rules rules) {
        this(b, layer, function, length(b, layer), rules, true);
    }

    /// Experts of a length that the family knows.
    Experts(GraphBuilder b, int layer, Activation function, int length, ExpertRouting.Rules rules) {
        this(b, layer, function, length, rules, true);
    }

    /// Experts of a length that the family knows, with a gate if the file has one, `ffn_gate_exps` (Mixtral).
    static Experts maybeGated(GraphBuilder b, int layer, Activation function, int length, ExpertRouting.Rules rules) {
        return new Experts(b, layer, function, length, rules, b.has(layer, "ffn_gate_exps"));
    }

    /// Experts that are networks without a gate (Nomic Embed 2).
    static Experts ungated(GraphBuilder b, int layer, Activation function, ExpertRouting.Rules rules) {
        return new Experts(b, layer, function, length(b, layer), rules, false);
    }

    /// Experts, and a shared one without a weight of its own if the layer has its tensors, or a key says so. Its length is the
    /// key's, or that of `expert_shared_count` experts.
    static Block withShared(GraphBuilder b, int layer, Activation function, ExpertRouting.Rules rules) {
        return withShared(b, layer, function, length(b, layer), rules);
    }

    /// As [#withShared(GraphBuilder, int, Activation, ExpertRouting.Rules)], with experts of a length that the family knows.
    static Block withShared(GraphBuilder b, int layer, Activation function, int expertLength,
            ExpertRouting.Rules rules) {
        Experts experts = maybeGated(b, layer, function, expertLength, rules);
        boolean none = b.hp().experts().sharedCount() == 0 && b.hp().experts().sharedFeedForwardLength(0) == 0;
        if (none && !b.has(layer, "ffn_up_shexp")) {
            return experts;
        }
        int length = b.hp().experts().sharedFeedForwardLength(
                Math.multiplyExact(expertLength, Math.max(1, b.hp().experts().sharedCount())));
        return new SharedExpert(b, layer, experts, new GatedFeedForward(b, layer, function, length, "_shexp"), false);
    }

    /// The rules of most families, which fix how experts are weighed: a file's `expert_gating_func`, `expert_weights_norm` and
    /// `expert_weights_scale` are not asked, as in llama.cpp. It says how many experts a row has, and of which groups.
    static ExpertRouting.Rules rules(Hyperparameters hp, ExpertRouting.Gating gating, boolean normalized) {
        return new ExpertRouting.Rules(gating, hp.experts().usedCount(), normalized)
                .withGroups(hp.experts().groupCount(), hp.experts().groupUsedCount());
    }

    /// The rules of families whose files say how experts are weighed; without `expert_weights_norm` their weights aren't
    /// divided by the sum.
    ///
    /// @param gating without `expert_gating_func`
    static ExpertRouting.Rules rulesOfFile(Hyperparameters hp, ExpertRouting.Gating gating) {
        return rules(hp, hp.experts().gating(gating), hp.flag("expert_weights_norm", false))
                .withScale(hp.experts().weightsScale());
    }

    /// The length of a layer's experts: the key's; or `feed_forward_length`, or what is left of it when the experts of a row
    /// share it (Qwen), whichever the layer's tensors have.
    private static int length(GraphBuilder b, int layer) {
        Hyperparameters hp = b.hp();
        int length = hp.experts().feedForwardLength(layer);
        long all = b.weights().elements(GraphBuilder.name(layer, "ffn_down_exps") + ".weight");
        int share = length / hp.experts().usedCount();
        boolean shared = !hp.experts().hasFeedForwardLength() && share > 0
                && all == (long) hp.experts().count() * b.width() * share;
        return shared ? share : length;
    }

    /// `exp_probs_b.bias` of a layer, for [ExpertRouting.Rules#withBias]; null if the file has none.
    static float @Nullable [] selectionBias(GraphBuilder b, int layer) {
        return b.weights().optionalVector(GraphBuilder.name(layer, "exp_probs_b.bias"), b.hp().experts().count());
    }

    @Override
    public void forward(Activations in, Step step, Activations out) {
        forward(in, in, step, out);
    }

    /// As [#forward(Activations, Step, Activations)], with another input for the router.
    void forward(Activations routed, Activations in, Step step, Activations out) {
        int rows = step.rows();
        router.apply(backend, routed, rows, logits);
        for (int row = 0; row < rows; row++) {
            routing.route(logits.values, row * logits.columns, chosen, weights, row * routing.used());
        }
        byExpert.sort(chosen, weights, rows, routing.used());
        Arrays.fill(out.values, 0, rows * out.columns, 0f);
        for (int expert = 0; expert < downs.length; expert++) {
            if (byExpert.from(expert) < byExpert.to(expert)) {
                step.checkCancelled();
                run(expert, rows, in, out);
            }
        }
    }

    private void run(int expert, int rows, Activations in, Activations out) {
        int first = byExpert.from(expert);
        int count = byExpert.to(expert) - first;
        Activations input = count < rows ? gather(in, first, count) : in;
        if (gates != null) {
            Linear.apply(backend, input, count, new Linear[]{gates[expert], ups[expert]}, hidden);
            backend.gate(function, hidden[0], hidden[1], count);
        } else {
            ups[expert].apply(backend, input, count, hidden[0]);
            backend.activate(function, hidden[0], count);
        }
        downs[expert].apply(backend, hidden[0], count, result);
        for (int i = 0; i < count; i++) {
            Rows.addScaled(result, i, byExpert.weight(first + i), out, byExpert.row(first + i));
        }
    }

    private Activations gather(Activations in, int first, int count) {
        for (int i = 0; i < count; i++) {
            System.arraycopy(in.values, byExpert.row(first + i) * in.columns, gathered.values, i * in.columns,
                    in.columns);
        }
        return gathered;
    }
}
