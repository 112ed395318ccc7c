package dev.railhead.gguf.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/// A llama2.c checkpoint of random weights with its tokenizer.
///
/// @param version 0, 1 or 2
/// @param groupSize of version 2
public record TinyLlama2c(int version, int dim, int hiddenDim, int layers, int heads, int kvHeads, int seqLen,
        boolean sharedClassifier, int groupSize) {
    /// Tokens: unknown, begin, end, 256 bytes, a space, `a` to `z`, `▁a`.
    public static final int VOCABULARY = 3 + 256 + 28;

    /// Two layers of width 64 in groups of 32.
    public static TinyLlama2c of(int version) {
        return new TinyLlama2c(version, 64, 96, 2, 4, 2, 32, true, 32);
    }

    /// The bytes of the checkpoint.
    public byte[] checkpoint() {
        ByteBuffer out = ByteBuffer.allocate(1 << 22).order(ByteOrder.LITTLE_ENDIAN);
        if (version > 0) {
            out.putInt(0x616b3432).putInt(version);
        }
        out.putInt(dim).putInt(hiddenDim).putInt(layers).putInt(heads).putInt(kvHeads)
                .putInt(version == 0 && !sharedClassifier ? -VOCABULARY : VOCABULARY).putInt(seqLen);
        if (version > 0) {
            out.put((byte) (sharedClassifier ? 1 : 0));
            if (version == 2) {
                out.putInt(groupSize);
            }
            out.position(256);
        }
        Random random = new Random(1);
        int kvDim = dim / heads * kvHeads;
        int embedding = dim * VOCABULARY;
        int norms = layers * dim;
        int[] attention = {dim * dim, dim * kvDim, dim * kvDim, dim * dim};
        if (version == 0) {
            matrices(out, random, 1, embedding);
            floats(out, random, norms);
        } else {
            floats(out, random, 2 * norms + dim);
            matrices(out, random, 1, embedding);
        }
        for (int size : attention) {
            matrices(out, random, layers, size);
        }
        if (version == 0) {
            floats(out, random, norms);
        }
        for (int i = 0; i < 3; i++) {
            matrices(out, random, layers, dim * hiddenDim);
        }
        if (version == 0) {
            floats(out, random, dim + seqLen * (dim / heads));
        }
        if (!sharedClassifier) {
            matrices(out, random, 1, embedding);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    private void matrices(ByteBuffer out, Random random, int count, int size) {
        for (int i = 0; i < count; i++) {
            if (version < 2) {
                floats(out, random, size);
            } else {
                byte[] codes = new byte[size];
                random.nextBytes(codes);
                out.put(codes);
                floats(out, random, size / groupSize);
            }
        }
    }

    private static void floats(ByteBuffer out, Random random, int count) {
        for (int i = 0; i < count; i++) {
            out.putFloat((float) random.nextGaussian() / 8);
        }
    }

    /// The bytes of its `tokenizer.bin`.
    public static byte[] tokenizer() {
        ByteBuffer out = ByteBuffer.allocate(1 << 14).order(ByteOrder.LITTLE_ENDIAN).putInt(6);
        for (int id = 0; id < VOCABULARY; id++) {
            int letter = id - 3 - 256;
            String piece = switch (id) {
                case 0 -> "<unk>";
                case 1 -> "\n<s>\n";
                case 2 -> "\n</s>\n";
                case VOCABULARY - 1 -> " a";
                default -> letter < 0
                        ? "<0x%02X>".formatted(id - 3)
                        : letter == 0 ? " " : String.valueOf((char) ('a' + letter - 1));
            };
            byte[] utf8 = piece.getBytes(StandardCharsets.UTF_8);
            out.putFloat(letter < 0 ? 0 : -letter).putInt(utf8.length).put(utf8);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }
}
