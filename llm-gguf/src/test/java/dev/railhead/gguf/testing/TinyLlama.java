package dev.railhead.gguf.testing;

import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.ValueType;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import java.util.Random;

/// A llama of random weights with a SentencePiece vocabulary of bytes and letters, to be written as GGUF. The same
/// numbers give the same file.
///
/// @param type of the matrices; norms are F32
/// @param seed of the weights
public record TinyLlama(int embeddingLength, int feedForwardLength, int blockCount, int headCount, int kvHeadCount,
        int contextLength, BlockType type, long seed) {
    /// Tokens of the vocabulary: unknown, begin, end, 256 bytes, a space and 26 letters.
    public static final int VOCABULARY = 3 + 256 + 1 + 26;

    /// Two layers of width 32, F32.
    public static TinyLlama defaults() {
        return new TinyLlama(32, 64, 2, 4, 2, 128, WeightTypes.byName("F32"), 1);
    }

    /// The same model with matrices of another type, made wide enough for its blocks.
    public static TinyLlama of(BlockType type) {
        int width = Math.max(32, type.blockSize());
        return new TinyLlama(width, 2 * width, 2, 4, 2, 128, type, 1);
    }

    /// Metadata and tensors; to be changed before writing as a test likes.
    public GgufWriter writer() {
        GgufWriter writer = new GgufWriter().put("general.architecture", "llama").put("general.name", "tiny")
                .put("llama.context_length", contextLength).put("llama.embedding_length", embeddingLength)
                .put("llama.block_count", blockCount).put("llama.feed_forward_length", feedForwardLength)
                .put("llama.attention.head_count", headCount).put("llama.attention.head_count_kv", kvHeadCount)
                .put("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .put("llama.rope.dimension_count", embeddingLength / headCount).put("llama.vocab_size", VOCABULARY);
        vocabulary(writer);
        int kvLength = embeddingLength / headCount * kvHeadCount;
        matrix(writer, "token_embd.weight", embeddingLength, VOCABULARY);
        for (int layer = 0; layer < blockCount; layer++) {
            String block = "blk." + layer + ".";
            norm(writer, block + "attn_norm.weight");
            matrix(writer, block + "attn_q.weight", embeddingLength, embeddingLength);
            matrix(writer, block + "attn_k.weight", embeddingLength, kvLength);
            matrix(writer, block + "attn_v.weight", embeddingLength, kvLength);
            matrix(writer, block + "attn_output.weight", embeddingLength, embeddingLength);
            norm(writer, block + "ffn_norm.weight");
            matrix(writer, block + "ffn_gate.weight", embeddingLength, feedForwardLength);
            matrix(writer, block + "ffn_up.weight", embeddingLength, feedForwardLength);
            matrix(writer, block + "ffn_down.weight", feedForwardLength, embeddingLength);
        }
        norm(writer, "output_norm.weight");
        matrix(writer, "output.weight", embeddingLength, VOCABULARY);
        return writer;
    }

    private void norm(GgufWriter writer, String name) {
        random(writer, name, WeightTypes.byName("F32"), 1, 0.1f, embeddingLength);
    }

    private void matrix(GgufWriter writer, String name, int columns, int rows) {
        random(writer, name, type, 0, (float) (1 / Math.sqrt(columns)), columns, rows);
    }

    private void random(GgufWriter writer, String name, BlockType weightType, float mean, float deviation,
            long... shape) {
        writer.tensorRows(name, weightType, shape, (row, out) -> {
            Random random = new Random(seed * 31 + name.hashCode() * 1_000_003L + row);
            for (int i = 0; i < out.length; i++) {
                out[i] = mean + deviation * (float) random.nextGaussian();
            }
        });
    }

    /// The tokenizer alone.
    public static void vocabulary(GgufWriter writer) {
        String[] tokens = new String[VOCABULARY];
        double[] scores = new double[VOCABULARY];
        long[] types = new long[VOCABULARY];
        for (int id = 0; id < VOCABULARY; id++) {
            int letter = id - 3 - 256;
            tokens[id] = switch (id) {
                case 0 -> "<unk>";
                case 1 -> "<s>";
                case 2 -> "</s>";
                default -> letter < 0
                        ? "<0x%02X>".formatted(id - 3)
                        : letter == 0 ? "▁" : String.valueOf((char) ('a' + letter - 1));
            };
            scores[id] = letter < 0 ? 0 : -letter;
            types[id] = id == 0 ? 2 : id < 3 ? 3 : letter < 0 ? 6 : 1;
        }
        writer.put("tokenizer.ggml.model", "llama").putArray("tokenizer.ggml.tokens", ValueType.STRING, tokens)
                .putArray("tokenizer.ggml.scores", ValueType.FLOAT32, scores)
                .putArray("tokenizer.ggml.token_type", ValueType.INT32, types)
                .put("tokenizer.ggml.bos_token_id", 1L).put("tokenizer.ggml.eos_token_id", 2L)
                .put("tokenizer.ggml.unknown_token_id", 0L).put("tokenizer.ggml.add_bos_token", true);
    }
}
