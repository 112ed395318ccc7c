package dev.railhead.core.model;

import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Tensor;
import java.util.ArrayList;
import java.util.List;

/// The matrices that graphs make of a tensor, for planning memory: backends pad each of them to whole panels of rows, so that many
/// experts of a few rows take more than one matrix of all their rows.
///
/// @param taken parts of the tensor as they are in the file, which a backend may map; nothing is said about their data
/// @param made matrices in single precision that are computed of the tensor and so are always packed
public record MatrixParts(List<Tensor> taken, List<Tensor> made) {
    /// More parts than experts or heads of any model; a file that says more gets no list as long as that.
    private static final int LIMIT = 1 << 12;

    /// Whether graphs make matrices of a tensor and not a vector. The gate of a shared expert is a matrix of one row.
    public static boolean isMatrix(Tensor tensor) {
        return tensor.shape().length > 1 || part(tensor.name()).equals("ffn_gate_inp_shexp");
    }

    /// Cuts a tensor. Of parts of unequal lengths, which depend on the family, it knows how many there
    /// are, and adds a matrix of one row for each cut.
    public static MatrixParts of(Tensor tensor, Metadata metadata) {
        return switch (part(tensor.name())) {
            case "ffn_gate_up_exps" -> equal(tensor, 2 * count(tensor));
            case "in_proj" -> equal(tensor, 3);
            case "ssm_in", "ffn_up" -> equal(tensor, tensor.rows() % 2 == 0 ? 2 : 1);
            case "attn_qkv", "ssm_x" -> unequal(tensor, 3);
            case "attn_kv_b" -> latent(tensor, new Hyperparameters(metadata));
            default -> equal(tensor, count(tensor));
        };
    }

    /// `attn_q` of `blk.0.attn_q.weight`.
    private static String part(String name) {
        String stem = name.endsWith(".weight") ? name.substring(0, name.length() - ".weight".length()) : name;
        return stem.substring(stem.lastIndexOf('.') + 1);
    }

    private static long count(Tensor tensor) {
        return tensor.shape().length > 2 && tensor.shape()[2] <= LIMIT ? tensor.shape()[2] : 1;
    }

    private static MatrixParts equal(Tensor tensor, long count) {
        List<Tensor> parts = new ArrayList<>();
        long rows = tensor.rows() / count;
        for (long i = 0; i < count; i++) {
            parts.add(tensor.slice(tensor.name(), i * rows, rows));
        }
        return new MatrixParts(parts, List.of());
    }

    private static MatrixParts unequal(Tensor tensor, int count) {
        List<Tensor> parts = new ArrayList<>();
        parts.add(tensor);
        for (int i = 1; i < count; i++) {
            parts.add(tensor.slice(tensor.name(), 0, 1));
        }
        return new MatrixParts(parts, List.of());
    }

    /// For each head the rows of its keys, which are transposed, and of its values.
    private static MatrixParts latent(Tensor tensor, Hyperparameters hp) {
        if (!hp.metadata().has(hp.key("attention.kv_lora_rank"))) {
            return equal(tensor, 1); // nothing that a graph reads
        }
        LatentAttention.Lengths lengths = DeepSeek2.lengths(hp);
        List<Tensor> taken = new ArrayList<>();
        List<Tensor> made = new ArrayList<>();
        long each = (long) lengths.plain() + lengths.value();
        if (tensor.rows() / each > LIMIT) {
            return equal(tensor, 1);
        }
        for (long from = 0; from + each <= tensor.rows(); from += each) {
            made.add(new Tensor(tensor.name(), WeightTypes.F32, new long[]{lengths.plain(), lengths.latent()},
                    tensor.data(), tensor.file()));
            taken.add(tensor.slice(tensor.name(), from + lengths.plain(), lengths.value()));
        }
        return new MatrixParts(taken, made);
    }
}
