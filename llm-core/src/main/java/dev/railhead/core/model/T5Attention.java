package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import dev.railhead.spi.KvRows;

/// T5's attention: the projections `q`, `k`, `v` and `o`, and a bias for the distance instead of a rotation. Rows attend to their
/// own sequences, or, in cross-attention, to the source text. Those of the decoder keep their keys and values on the way; what
/// sees all of a text needs them kept before.
final class T5Attention implements KeepingBlock {
    private final Backend backend;
    private final int kvLayer;
    private final AttentionShape shape;
    private final boolean cross;
    private final Linear query;
    private final Linear[] keyValue;
    private final Linear output;
    private final Activations q; // [rows][headCount · keyLength]
    private final Activations[] kv; // [rows][kvHeadCount · length] each
    private final Activations attended; // [rows][headCount · valueLength]

    /// @param name of the tensors without the last letter, `attn_` or `cross_attn_`
    /// @param kvLayer where keys and values are in the cache
    /// @param cross whether rows attend to the source text
    T5Attention(GraphBuilder b, int layer, String name, AttentionShape shape, int kvLayer, boolean cross) {
        backend = b.backend();
        this.kvLayer = kvLayer;
        this.shape = shape;
        this.cross = cross;
        int queries = shape.headCount() * shape.keyLength();
        int keys = shape.kvHeadCount() * shape.keyLength();
        int values = shape.kvHeadCount() * shape.valueLength();
        int out = shape.headCount() * shape.valueLength();
        query = b.linear(layer, name + "q", queries, b.width());
        keyValue = new Linear[]{b.linear(layer, name + "k", keys, b.width()),
                b.linear(layer, name + "v", values, b.width())};
        output = b.linear(layer, name + "o", b.width(), out);
        q = b.buffer("q", queries);
        kv = new Activations[]{b.buffer("k", keys), b.buffer("v", values)};
        attended = b.buffer("attended", out);
    }

    @Override
    public void forward(Activations in, Step step, Activations out) {
        int rows = step.rows();
        query.apply(backend, in, rows, q);
        if (shape.mask().causal()) {
            keep(in, step);
        }
        KvRows seen = cross ? step.sources() : step;
        backend.attention(shape, kvLayer, q, rows, seen, attended);
        output.apply(backend, attended, rows, out);
    }

    @Override
    public void keep(Activations states, Step step) {
        Linear.apply(backend, states, step.rows(), keyValue, kv);
        backend.storeKeysValues(shape, kvLayer, kv[0], kv[1], step.rows(), step);
    }
}
