package dev.railhead.benchmarks.models;

import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.TensorData;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/// Writes a GGUF file with the shape of a published model and random weights. The same shape, types and seed give the
/// same file.
///
/// `--shape llama-1b|llama-7b|llama-160m|smollm-135m|qwen3-0.6b --type Q4_K_M|Q4_0|Q8_0|F16|… --out FILE [--seed S]`
public final class SyntheticModel {
    private static final String USAGE = "usage: --shape " + ModelShape.ALL.stream().map(ModelShape::name).toList()
            + " --type TYPE --out FILE [--seed S]; TYPE is Q4_K_M, Q5_K_M or a weight type";

    private final ModelShape shape;
    private final Quantization quantization;
    private final long seed;
    private final GgufWriter writer = new GgufWriter();
    private final Map<String, RandomWeights.Pool> pools = new HashMap<>(); // by type and inner dimension

    private SyntheticModel(ModelShape shape, Quantization quantization, long seed) {
        this.shape = shape;
        this.quantization = quantization;
        this.seed = seed;
    }

    /// The command line.
    public static void main(String[] args) {
        try {
            Map<String, String> options = options(args);
            Path out = Path.of(required(options, "--out"));
            write(required(options, "--shape"), required(options, "--type"),
                    Long.parseLong(options.getOrDefault("--seed", "1")), out);
            System.err.println(out + ": written");
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(2);
        } catch (UncheckedIOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /// Writes a model.
    ///
    /// @param shape what the command line calls the shape
    /// @param type a weight type's name, or `Q4_K_M` or `Q5_K_M`
    /// @param out the file, replaced if it exists
    /// @throws IllegalArgumentException if there is no such shape or type
    public static void write(String shape, String type, long seed, Path out) {
        write(ModelShape.byName(shape), type, seed, out);
    }

    /// Writes a model.
    ///
    /// @param type as in [Quantization#byName(String)]
    /// @param out the file, replaced if it exists
    static void write(ModelShape shape, String type, long seed, Path out) {
        SyntheticModel model = new SyntheticModel(shape, Quantization.byName(type), seed);
        model.putMetadata(type);
        model.putTensors();
        model.writer.write(out);
    }

    private static Map<String, String> options(String[] args) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!args[i].matches("--(shape|type|out|seed)") || i + 1 == args.length) {
                throw new IllegalArgumentException("unknown option or no value: " + args[i]);
            }
            options.put(args[i], args[i + 1]);
        }
        return options;
    }

    private static String required(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException("missing option " + name);
        }
        return value;
    }

    private void putMetadata(String type) {
        String prefix = shape.architecture() + ".";
        writer.put("general.architecture", shape.architecture())
                .put("general.name", shape.name() + " " + type + " (random weights)");
        quantization.fileType().ifPresent(number -> writer.put("general.file_type", number));
        writer.put(prefix + "context_length", shape.contextLength()).put(prefix + "embedding_length", shape.width())
                .put(prefix + "block_count", shape.blockCount())
                .put(prefix + "feed_forward_length", shape.feedForwardLength())
                .put(prefix + "attention.head_count", shape.headCount())
                .put(prefix + "attention.head_count_kv", shape.kvHeadCount())
                .put(prefix + "attention.key_length", shape.headLength())
                .put(prefix + "attention.value_length", shape.headLength())
                .put(prefix + "attention.layer_norm_rms_epsilon", shape.rmsEpsilon())
                .put(prefix + "rope.freq_base", shape.ropeFreqBase())
                .put(prefix + "rope.dimension_count", shape.headLength())
                .put(prefix + "vocab_size", shape.vocabularySize());
        SyntheticVocabulary.of(shape.vocabularySize(), seed).writeTo(writer);
    }

    private void putTensors() {
        int width = shape.width();
        int q = shape.headCount() * shape.headLength();
        int kv = shape.kvHeadCount() * shape.headLength();
        int ffn = shape.feedForwardLength();
        int layers = shape.blockCount();
        BlockType embedding = shape.tied() ? quantization.output(width) : quantization.other(width);
        matrix("token_embd", embedding, width, shape.vocabularySize());
        for (int layer = 0; layer < layers; layer++) {
            String block = "blk." + layer + ".";
            norm(block + "attn_norm", width);
            matrix(block + "attn_q", quantization.other(width), width, q);
            matrix(block + "attn_k", quantization.other(width), width, kv);
            matrix(block + "attn_v", quantization.sensitive(layer, layers, width), width, kv);
            if (shape.headNorms()) {
                norm(block + "attn_q_norm", shape.headLength());
                norm(block + "attn_k_norm", shape.headLength());
            }
            matrix(block + "attn_output", quantization.other(q), q, width);
            norm(block + "ffn_norm", width);
            matrix(block + "ffn_gate", quantization.other(width), width, ffn);
            matrix(block + "ffn_up", quantization.other(width), width, ffn);
            matrix(block + "ffn_down", quantization.sensitive(layer, layers, ffn), ffn, width);
        }
        norm("output_norm", width);
        if (!shape.tied()) {
            matrix("output", quantization.output(width), width, shape.vocabularySize());
        }
    }

    private void matrix(String name, BlockType type, int columns, int rows) {
        RandomWeights.Pool pool = pools.computeIfAbsent(type.name() + " " + columns,
                key -> RandomWeights.Pool.of(type, columns, seedOf(key)));
        TensorData weights = new RandomWeights(pool, seedOf(name));
        writer.tensor(name + ".weight", type, new long[]{columns, rows}, weights);
    }

    /// Trained norm weights are positive and near 1.
    private void norm(String name, int length) {
        Random random = new Random(seedOf(name));
        TensorData values = TensorData.encoded(WeightTypes.F32, length, (row, out) -> {
            for (int i = 0; i < length; i++) {
                out[i] = 1 + 0.1f * (float) random.nextGaussian();
            }
        });
        writer.tensor(name + ".weight", WeightTypes.F32, new long[]{length}, values);
    }

    private long seedOf(String name) {
        return RandomWeights.hash(seed * 31 + name.hashCode());
    }
}
