package dev.railhead.core.tokenizer;

import java.nio.charset.StandardCharsets;

/// Symbols of BPE over plain text: the characters of a word. Characters without a token become `<0xXX>` tokens, byte by
/// byte; bytes without one are left out, as in llama.cpp.
final class TextSymbols implements WordSymbols {
    private static final int MAX_CHARACTER_BYTES = 4; // of UTF-8

    private final Vocabulary vocabulary;
    private final char space;
    private final CodePointIds characters = new CodePointIds();
    private final int[] bytes = new int[256]; // token per byte, −1 for a byte without one

    /// @param space what tokens have in place of a space
    TextSymbols(Vocabulary vocabulary, char space) {
        this.vocabulary = vocabulary;
        this.space = space;
        for (int b = 0; b < 256; b++) {
            bytes[b] = vocabulary.find(String.format("<0x%02X>", b));
        }
        for (int id = 0; id < vocabulary.size(); id++) {
            byte[] utf8 = vocabulary.utf8(id);
            if (utf8.length > 0 && utf8.length <= MAX_CHARACTER_BYTES) {
                String text = new String(utf8, StandardCharsets.UTF_8);
                int codePoint = text.codePointAt(0);
                if (text.length() == Character.charCount(codePoint) && vocabulary.find(text) == id) {
                    characters.put(codePoint, id);
                }
            }
        }
    }

    private int codePoint(String text, int index) {
        int codePoint = text.codePointAt(index);
        return codePoint == ' ' ? space : codePoint;
    }

    @Override
    public int whole(String text, int from, int to) {
        return vocabulary.find(text.substring(from, to).replace(' ', space));
    }

    @Override
    public void append(String text, int from, int to, Merger merger) {
        for (int i = from; i < to; i += Character.charCount(text.codePointAt(i))) {
            merger.append(characters.get(codePoint(text, i)));
        }
    }

    @Override
    public void addTokens(String text, int from, int to, Merger merged, TokenList out) {
        int i = 0;
        int symbol = 0;
        for (int at = from; at < to; at += Character.charCount(text.codePointAt(at))) {
            if (symbol == i) {
                addToken(merged.id(i), codePoint(text, at), out);
                i = merged.next(i);
            }
            symbol++;
        }
    }

    private void addToken(int id, int codePoint, TokenList out) {
        if (id >= 0) {
            out.add(id);
            return;
        }
        for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            if (bytes[b & 255] >= 0) {
                out.add(bytes[b & 255]);
            }
        }
    }

    @Override
    public byte[] piece(int id) {
        boolean asItIs = space == ' ' && vocabulary.type(id) == TokenType.NORMAL;
        return asItIs ? vocabulary.utf8(id) : SpacedTexts.piece(vocabulary, id);
    }
}
