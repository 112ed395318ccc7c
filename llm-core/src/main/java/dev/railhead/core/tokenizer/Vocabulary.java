package dev.railhead.core.tokenizer;

import dev.railhead.ModelFormatException;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Utf8Strings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The tokens of a file: texts and types, both checked. Of tokens with equal texts the lowest id is found.
final class Vocabulary {
    static final String TOKENS = "tokenizer.ggml.tokens";
    static final String TOKEN_TYPE = "tokenizer.ggml.token_type";

    private final Utf8Strings texts; // the metadata's own
    private final byte[] types; // GGUF's numbers
    private final TokenIds ids;

    Vocabulary(Metadata metadata) {
        texts = metadata.strings(TOKENS);
        if (texts.isEmpty()) {
            throw metadata.error(TOKENS, "at least one token", "none");
        }
        ids = new TokenIds(texts);
        types = types(metadata, texts.size());
        for (int id = 0; id < texts.size(); id++) {
            if (type(id) == TokenType.BYTE && byteOf(text(id)) < 0) {
                throw metadata.error(TOKENS, "the text of byte token " + id + " to be <0x00> to <0xFF>",
                        "'" + text(id) + "'");
            }
        }
    }

    private static byte[] types(Metadata metadata, int size) {
        byte[] types = new byte[size];
        if (!metadata.has(TOKEN_TYPE)) {
            Arrays.fill(types, (byte) TokenType.NORMAL.ordinal());
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
            types[id] = (byte) numbers[id];
        }
        return types;
    }

    int size() {
        return texts.size();
    }

    /// Length of all texts, in bytes.
    int textBytes() {
        return texts.byteLength();
    }

    String text(int id) {
        return texts.get(id);
    }

    /// The text as it is in the file: UTF-8 by rights.
    byte[] utf8(int id) {
        return texts.bytes(id);
    }

    TokenType type(int id) {
        return TokenType.of(types[id]);
    }

    /// Corrects a type; only while the tokenizer is being built.
    void setType(int id, TokenType type) {
        types[id] = (byte) type.ordinal();
    }

    /// The lowest id with this text or −1.
    int find(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int id = find(utf8, 0, utf8.length);
        return id < 0 || text(id).equals(text) ? id : -1; // a lone surrogate is '?' in UTF-8
    }

    /// The lowest id whose text has the bytes `utf8[from]` to `utf8[to]`, exclusive, or −1.
    int find(byte[] utf8, int from, int to) {
        return ids.find(utf8, from, to);
    }

    /// Whether no token before this one has the same text.
    boolean isFirst(int id) {
        byte[] utf8 = utf8(id);
        return find(utf8, 0, utf8.length) == id;
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
