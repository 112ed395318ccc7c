package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.ModelFormatException;
import dev.railhead.Tokenizer;
import dev.railhead.spi.Metadata;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Maps of characters: what they replace, and damaged ones.
class CharsMapTest {
    private static final String KEY = "tokenizer.ggml.precompiled_charsmap";
    private static final Map<String, String> SOME = Map.of("ﬁ", "fi", "e\u0301", "é", "\t", " ", "\u200B", "", "é", "E",
            "ab", "x", "abcd", "yz");

    private static final Metadata TINY = Vocabularies.metadata("tiny-ugm");

    private static Metadata with(Object charsMap) {
        return TINY.with(KEY, charsMap);
    }

    private static String replace(Map<String, String> replaced, String text) {
        ByteTrie noTokens = ByteTrie.of(with(new byte[0]), new Vocabulary(with(new byte[0])), id -> false);
        Utf8Buffer out = new Utf8Buffer(0);
        new UnigramNormalizer(with(CharsMaps.of(replaced)), noTokens)
                .replace(text.getBytes(StandardCharsets.UTF_8), out);
        return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
    }

    private static void refused(Object charsMap, String... messageParts) {
        Metadata metadata = with(charsMap);
        assertThatThrownBy(() -> Tokenizers.of(metadata)).isExactlyInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll("key '" + KEY + "' of " + metadata.file(), "expected", "found")
                .hasMessageContainingAll(messageParts);
    }

    private static byte[] with(byte[] charsMap, int index, int value) {
        byte[] copy = charsMap.clone();
        ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(index, value);
        return copy;
    }

    @Test
    void replacesTheLongestSequence() {
        assertThat(replace(SOME, "ﬁne e\u0301\té\u200B abc abcd ab\0cd 你😀")).isEqualTo("fine é E xc yz x\0cd 你😀");
    }

    @Test
    void replacesAsAMapDoes() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Map<String, String> replaced = new HashMap<>();
            for (int i = random.nextInt(1, 8); i > 0; i--) {
                replaced.put(randomText(random, random.nextInt(1, 4)), randomText(random, random.nextInt(3)));
            }
            String text = randomText(random, random.nextInt(40));
            assertThat(replace(replaced, text)).as("seed %d", seed).isEqualTo(slowly(replaced, text));
        }
    }

    private static String randomText(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(new int[]{'a', 'b', 'é', 'è', '你', 0x1F600, 0x1F601}[random.nextInt(7)]);
        }
        return text.toString();
    }

    private static String slowly(Map<String, String> replaced, String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length();) {
            int end = text.length();
            while (end > i && !replaced.containsKey(text.substring(i, end))) {
                end--;
            }
            if (end == i) {
                out.append(text.charAt(i++));
            } else {
                out.append(replaced.get(text.substring(i, end)));
                i = end;
            }
        }
        return out.toString();
    }

    @Test
    void signedAndUnsignedBytesAreTheSame() {
        byte[] bytes = CharsMaps.of(SOME);
        short[] unsigned = new short[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            unsigned[i] = (short) (bytes[i] & 0xFF);
        }
        String text = "the ﬁrst abcd";
        int[] ids = Tokenizers.of(with(bytes)).encode(text);
        assertThat(Tokenizers.of(with(unsigned)).encode(text)).isEqualTo(ids)
                .isNotEqualTo(Vocabularies.tokenizer("tiny-ugm").encode(text));
        unsigned[7] = 256;
        refused(unsigned, "bytes", "256 at index 7");
    }

    @Test
    void damagedMapsAreRefused() {
        byte[] good = CharsMaps.of(SOME);
        int trie = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getInt();
        refused("text", "an array of u8 or i8");
        refused(new int[4], "an array of u8 or i8");
        refused(new byte[3], "at least 4 bytes", "3 bytes");
        refused(new byte[4], "a trie of 0 bytes");
        refused(with(good, 0, 0), "a trie of 0 bytes");
        refused(with(good, 0, -1), "a trie of 4294967295 bytes");
        refused(with(good, 0, trie + 4), "a trie of " + (trie + 4) + " bytes");
        refused(Arrays.copyOf(good, 4 + trie), "a trie of " + trie + " bytes");
        refused(with(good, 4, 0x7FFFFC00), "unit 2097151 as base of unit 0");
        refused(with(good, 4, 0x7FFFFE00), "as base of unit 0");
        refused(Arrays.copyOf(good, good.length - 1), "a zero byte");
        int value = valueUnit(good, trie);
        refused(with(good, value, 0x80000000 | good.length), "a place in the", String.format("0x%08X",
                0x80000000 | good.length));
        refused(with(good, value, 0), "a place in the", "0x00000000");
    }

    private static int valueUnit(byte[] charsMap, int trie) {
        ByteBuffer buffer = ByteBuffer.wrap(charsMap).order(ByteOrder.LITTLE_ENDIAN);
        int index = 4;
        while (buffer.getInt(index) >= 0) {
            index += 4;
        }
        assertThat(index).isLessThan(4 + trie);
        return index;
    }

    @Test
    void endlessReplacementIsRefused() {
        assertThat(replace(Map.of("a", "b".repeat(255)), "a")).hasSize(255);
        refused(CharsMaps.of(Map.of("a", "b".repeat(256))), "at most 255 bytes");
    }

    /// Random damage is refused by name, or leaves a tokenizer that encodes any text.
    @Test
    void randomDamage() {
        byte[] good = CharsMaps.of(SOME);
        int refused = 0;
        for (int seed = 0; seed < 1500; seed++) {
            Random random = new Random(seed);
            byte[] bad = random.nextInt(4) == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            for (int i = random.nextInt(200); i > 0 && bad.length > 0; i--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                Tokenizer tokenizer = Tokenizers.of(with(bad));
                int[] ids = tokenizer.encode("ﬁne e\u0301\té\u200B abc abcd 你😀" + randomText(random, 20));
                assertThat(IntStream.of(ids)).as("seed %d", seed)
                        .allMatch(id -> id >= 0 && id < tokenizer.vocabularySize());
            } catch (ModelFormatException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining(KEY);
                refused++;
            }
        }
        assertThat(refused).isBetween(100, 1490);
    }
}
