package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.ModelFormatException;
import dev.railhead.gguf.testing.Promptly;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Utf8Strings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/// The trie against a map.
class ByteTrieTest {
    private static ByteTrie trie(Utf8Strings texts, IntPredicate included) {
        Metadata metadata = new Metadata("f", Map.of(Vocabulary.TOKENS, texts), key -> -1);
        return ByteTrie.of(metadata, new Vocabulary(metadata), included);
    }

    private static Utf8Strings strings(byte[]... texts) {
        int[] offsets = new int[texts.length + 1];
        for (int i = 0; i < texts.length; i++) {
            offsets[i + 1] = offsets[i] + texts[i].length;
        }
        byte[] all = new byte[offsets[texts.length]];
        for (int i = 0; i < texts.length; i++) {
            System.arraycopy(texts[i], 0, all, offsets[i], texts[i].length);
        }
        return new Utf8Strings(all, offsets);
    }

    private static int find(ByteTrie trie, byte[] text) {
        int node = ByteTrie.ROOT;
        for (byte b : text) {
            node = trie.child(node, b);
            if (node == ByteTrie.NONE) {
                return -1;
            }
        }
        assertThat(trie.endsToken(node)).isEqualTo(trie.token(node) >= 0);
        return trie.token(node);
    }

    private static String key(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    @Test
    void findsTheTokensAndNothingElse() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int alphabet = 1 + random.nextInt(seed % 3 == 0 ? 3 : 256); // few letters make deep tries, many wide ones
            byte[][] texts = new byte[1 + random.nextInt(400)][];
            Map<String, Integer> expected = new HashMap<>();
            for (int id = 0; id < texts.length; id++) {
                texts[id] = randomBytes(random, alphabet);
                if (id % 5 != 0 && texts[id].length > 0) {
                    expected.putIfAbsent(key(texts[id]), id);
                }
            }
            ByteTrie trie = trie(strings(texts), id -> id % 5 != 0);
            for (int i = 0; i < 1000; i++) {
                byte[] text = i < texts.length ? texts[i] : randomBytes(random, alphabet);
                assertThat(find(trie, text)).as("seed %d, text %d", seed, i)
                        .isEqualTo(expected.getOrDefault(key(text), -1));
                assertThat(trie.longestPrefix(text, 0, text.length)).as("seed %d, text %d", seed, i)
                        .isEqualTo(longestPrefix(expected, text));
            }
        }
    }

    private static byte[] randomBytes(Random random, int alphabet) {
        byte[] bytes = new byte[random.nextInt(7)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (255 - random.nextInt(alphabet)); // negative bytes and, with all 256 letters, zero
        }
        return bytes;
    }

    private static int longestPrefix(Map<String, Integer> tokens, byte[] text) {
        for (int length = text.length; length > 0; length--) {
            if (tokens.containsKey(key(Arrays.copyOf(text, length)))) {
                return length;
            }
        }
        return 0;
    }

    @Test
    void longestTokenAllowed() {
        String longest = "a".repeat(ByteTrie.MAX_TOKEN_BYTES);
        ByteTrie trie = trie(Utf8Strings.of("x", longest), id -> true);
        assertThat(find(trie, longest.getBytes(StandardCharsets.UTF_8))).isEqualTo(1);
        Utf8Strings longer = Utf8Strings.of("x", longest + "a");
        assertThatThrownBy(() -> trie(longer, id -> true)).isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll("tokenizer.ggml.tokens", "at most 1024 bytes", "1025 bytes in token 1");
        assertThat(find(trie(longer, id -> id == 0), new byte[]{'x'})).isZero();
    }

    /// Nodes of many shapes that no free slots fit must not make the search for slots quadratic.
    @Test
    void buildsLargeVocabulariesPromptly() {
        byte[][] texts = new byte[300_000][];
        for (int id = 0; id < texts.length; id++) {
            int hash = id * 0x9E3779B9;
            texts[id] = new byte[]{(byte) id, (byte) (id >> 8), (byte) (id >> 16), (byte) hash, (byte) (hash >> 8)};
        }
        Utf8Strings strings = strings(texts);
        Promptly.underOneSecond(() -> {
            ByteTrie trie = trie(strings, id -> true);
            assertThat(find(trie, texts[299_999])).isEqualTo(299_999);
        });
    }
}
