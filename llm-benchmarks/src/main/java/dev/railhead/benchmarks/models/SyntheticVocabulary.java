package dev.railhead.benchmarks.models;

import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// A byte-level BPE vocabulary of any size: the 256 bytes, random words that are reached by merging, and the marks of
/// ChatML. Any text can be encoded and decoded; the words mean nothing.
///
/// @param tokens by id
/// @param merges pairs of tokens in the order of their rank
record SyntheticVocabulary(List<String> tokens, List<String> merges) {
    private static final String END_OF_TEXT = "<|endoftext|>";
    private static final List<String> SPECIAL = List.of(END_OF_TEXT, "<|im_start|>", "<|im_end|>");
    private static final int BYTES = 256;
    private static final int LONGEST_START = 12;
    private static final int LONGEST_CONTINUATION = 4;
    private static final long NORMAL = 1;
    private static final long CONTROL = 3;

    /// A vocabulary.
    ///
    /// @param size number of tokens, at least 512
    static SyntheticVocabulary of(int size, long seed) {
        List<String> tokens = new ArrayList<>();
        for (int value = 0; value < BYTES; value++) {
            tokens.add(Character.toString(byteCharacter(value)));
        }
        Set<String> known = new HashSet<>(tokens);
        List<String> merges = new ArrayList<>();
        List<String> starts = new ArrayList<>(letters()); // words, with or without a space before them
        starts.add(Character.toString(byteCharacter(' ')));
        List<String> continuations = letters(); // words without
        Random random = new Random(seed);
        while (tokens.size() < size - SPECIAL.size()) {
            String left = starts.get(random.nextInt(starts.size()));
            String right = continuations.get(random.nextInt(continuations.size()));
            String word = left + right;
            if (known.add(word)) {
                tokens.add(word);
                merges.add(left + " " + right);
                if (word.length() <= LONGEST_START) {
                    starts.add(word);
                }
                if (word.length() <= LONGEST_CONTINUATION && word.charAt(0) <= 'z') {
                    continuations.add(word);
                }
            }
        }
        tokens.addAll(SPECIAL);
        return new SyntheticVocabulary(tokens, merges);
    }

    /// Adds the `tokenizer.*` keys.
    void writeTo(GgufWriter writer) {
        long[] types = new long[tokens.size()];
        Arrays.fill(types, NORMAL);
        Arrays.fill(types, tokens.size() - SPECIAL.size(), tokens.size(), CONTROL);
        writer.put("tokenizer.ggml.model", "gpt2").put("tokenizer.ggml.pre", "qwen2")
                .putArray("tokenizer.ggml.tokens", ValueType.STRING, tokens.toArray(String[]::new))
                .putArray("tokenizer.ggml.token_type", ValueType.INT32, types)
                .putArray("tokenizer.ggml.merges", ValueType.STRING, merges.toArray(String[]::new))
                .put("tokenizer.ggml.eos_token_id", tokens.indexOf(END_OF_TEXT))
                .put("tokenizer.ggml.add_bos_token", false);
    }

    private static List<String> letters() {
        List<String> letters = new ArrayList<>();
        for (char c = 'a'; c <= 'z'; c++) {
            letters.add(Character.toString(c));
        }
        return letters;
    }

    /// The character that stands for a byte in byte-level BPE: itself if it is printable and no space, else one of the
    /// characters from U+0100 on, in the order of the bytes (Radford et al., GPT-2, 2019).
    private static int byteCharacter(int value) {
        return isPrintable(value)
                ? value
                : 256 + (int) IntStream.range(0, value)
                        .filter(other -> !isPrintable(other)).count();
    }

    private static boolean isPrintable(int value) {
        return value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE && value <= 0xFF;
    }
}
