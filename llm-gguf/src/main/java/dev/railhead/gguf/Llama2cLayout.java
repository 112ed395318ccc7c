package dev.railhead.gguf;

import dev.railhead.ModelFormatException;
import java.util.ArrayList;
import java.util.List;

/// Which weights a llama2.c checkpoint holds, in the order of the file, under GGUF's names.
final class Llama2cLayout {
    /// One tensor.
    ///
    /// @param shape GGUF's order
    /// @param offset in the file
    /// @param quantized int8 codes followed by the f32 scales, instead of f32 values
    record Item(String name, long[] shape, long offset, boolean quantized) {
        long elements() {
            return shape.length == 1 ? shape[0] : shape[0] * shape[1];
        }
    }

    private final Llama2cHeader header;
    private final String file;
    private final List<Item> items = new ArrayList<>();
    private long end;

    private Llama2cLayout(String file, Llama2cHeader header) {
        this.file = file;
        this.header = header;
        end = header.bytes();
    }

    /// The tensors.
    ///
    /// @throws ModelFormatException if the file is not exactly as long as they need, or groups don't divide a tensor
    static List<Item> of(String file, Llama2cHeader header, long fileBytes) {
        Llama2cLayout layout = new Llama2cLayout(file, header);
        if (header.version() == 0) {
            layout.legacy();
        } else {
            layout.versioned();
        }
        if (layout.end != fileBytes) {
            throw new ModelFormatException("size of " + file + ": expected " + layout.end
                    + " bytes as its header says, found " + fileBytes + " bytes; the file is "
                    + (fileBytes < layout.end ? "truncated" : "not a llama2.c checkpoint, or has a damaged header"));
        }
        return layout.items;
    }

    private void legacy() {
        embedding();
        layers("attn_norm", header.dim());
        attention();
        layers("ffn_norm", header.dim());
        feedForward();
        add("output_norm.weight", false, header.dim());
        // Tables of cosines and sines that newer versions no longer write.
        end += (long) header.seqLen() * header.headDim() * Float.BYTES;
        classifier();
    }

    private void versioned() {
        layers("attn_norm", header.dim());
        layers("ffn_norm", header.dim());
        add("output_norm.weight", false, header.dim());
        embedding();
        attention();
        feedForward();
        classifier();
    }

    private void embedding() {
        matrix("token_embd.weight", header.dim(), header.vocabSize());
    }

    private void attention() {
        layers("attn_q", header.dim(), header.dim());
        layers("attn_k", header.dim(), header.kvDim());
        layers("attn_v", header.dim(), header.kvDim());
        layers("attn_output", header.dim(), header.dim());
    }

    /// w1, w2 and w3 of llama2.c.
    private void feedForward() {
        layers("ffn_gate", header.dim(), header.hiddenDim());
        layers("ffn_down", header.hiddenDim(), header.dim());
        layers("ffn_up", header.dim(), header.hiddenDim());
    }

    private void classifier() {
        if (!header.sharedClassifier()) {
            matrix("output.weight", header.dim(), header.vocabSize());
        }
    }

    private void layers(String name, long... shape) {
        for (int layer = 0; layer < header.layers(); layer++) {
            add("blk." + layer + "." + name + ".weight", shape.length > 1 && header.version() == 2, shape);
        }
    }

    private void matrix(String name, long... shape) {
        add(name, header.version() == 2, shape);
    }

    private void add(String name, boolean quantized, long... shape) {
        Item item = new Item(name, shape, end, quantized);
        items.add(item);
        long elements = item.elements();
        if (!quantized) {
            end += elements * Float.BYTES;
            return;
        }
        if (elements % header.groupSize() != 0) {
            throw new ModelFormatException("tensor '" + name + "' of " + file + " at byte " + end
                    + ": expected a multiple of the group size " + header.groupSize() + ", found " + elements
                    + " values");
        }
        end += elements + elements / header.groupSize() * Float.BYTES;
    }
}
