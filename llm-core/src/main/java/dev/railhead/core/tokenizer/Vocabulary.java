package dev.railhead.core.tokenizer;

import dev.railhead.ModelFormatException;
import dev.railhead.spi.Metadata;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The tokens of a file: texts and types, both checked. Of tokens with equal texts the lowest id is found.
final class Vocabulary {
    static final String TOKENS = "tokenizer.ggml.tokens";
    static final String TOKEN_TYPE = "tokenizer.ggml.token_type";

    private final String[] texts;
    private final TokenType[] types;
    private final Map<String, Integer> ids;

    Vocabulary(Metadata metadata) {
        texts = metadata.strings(TOKENS).clone();
        if (texts.length == 0) {
            throw metadata.error(TOKENS, "at least one token", "none");
        }
        ids = HashMap.newHashMap(texts.length);
        for (int id = 0; id < texts.length; id++) {
            ids.putIfAbsent(texts[id], id);
        }
        types = types(metadata, texts.length);
        for (int id = 0; id < texts.length; id++) {
            if (types[id] == TokenType.BYTE && byteOf(texts[id]) < 0) {
                throw metadata.error(TOKENS, "the text of byte token " + id + " to be <0x00> to <0xFF>",
                        "'" + texts[id] + "'");
            }
        }
    }

    private static TokenType[] types(Metadata metadata, int size) {
        TokenType[] types = new TokenType[size];
        if (!metadata.has(TOKEN_TYPE)) {
            Arrays.fill(types, TokenType.NORMAL);
            return types;
        }
        long[] numbers = metadata.integers(TOKEN_TYPE);
        if (numbers.length != size) {
            throw metadata.error(TOKEN_TYPE, size + " types (one per token)", numbers.length + " types");
        }
        for (int id = 0; id < size; id++) {
            if (numbers[id] < 0 || numbers[id] > TokenType.MAX) {
                throw metadata.error(TOKEN_TYPE, "types from 0 to " + TokenType.MAX,
                        numbers[id] + " for token " + id);
            }
            types[id] = TokenType.of((int) numbers[id]);
        }
        return types;
    }

    int size() {
        return texts.length;
    }

    String text(int id) {
        return texts[id];
    }

    TokenType type(int id) {
        return types[id];
    }

    /// Corrects a type; only while the tokenizer is being built.
    void setType(int id, TokenType type) {
        types[id] = type;
    }

    /// The lowest id with this text or −1.
    int find(String text) {
        Integer id = ids.get(text);
        return id == null ? -1 : id;
    }

    /// The value of `<0x00>` to `<0xFF>`, or −1 for any other text.
    static int byteOf(String text) {
        if (text.length() != 6 || !text.startsWith("<0x") || text.charAt(5) != '>') {
            return -1;
        }
        int high = hexDigit(text.charAt(3));
        int low = hexDigit(text.charAt(4));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int hexDigit(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }
}
