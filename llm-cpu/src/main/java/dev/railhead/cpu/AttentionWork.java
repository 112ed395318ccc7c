package dev.railhead.cpu;

import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.KvRows;

/// One call of attention: the arguments of [dev.railhead.spi.Backend#attention].
record AttentionWork(AttentionShape shape, int layer, Activations q, int rows, KvRows kv, Activations out) {
    /// Query heads that read the same kv head.
    int group() {
        return shape.headCount() / shape.kvHeadCount();
    }
}
