package dev.railhead.core.tokenizer;

import java.nio.charset.StandardCharsets;

/// Symbols of byte-level BPE: the bytes of a word's UTF-8. Bytes without a token are left out, as in llama.cpp.
final class ByteSymbols implements WordSymbols {
    private final Vocabulary vocabulary;
    private final int[] bytes = new int[256]; // token per byte, −1 for a byte without one

    ByteSymbols(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        for (int b = 0; b < 256; b++) {
            bytes[b] = vocabulary.find(String.valueOf(ByteAlphabet.character(b)));
        }
    }

    @Override
    public int whole(String text, int from, int to) {
        byte[] token = ByteAlphabet.encode(text.substring(from, to).getBytes(StandardCharsets.UTF_8));
        return vocabulary.find(token, 0, token.length);
    }

    @Override
    public void append(String text, int from, int to, Merger merger) {
        for (byte b : text.substring(from, to).getBytes(StandardCharsets.UTF_8)) {
            merger.append(bytes[b & 255]);
        }
    }

    @Override
    public void addTokens(String text, int from, int to, Merger merged, TokenList out) {
        for (int i = 0; i < merged.count(); i = merged.next(i)) {
            if (merged.id(i) >= 0) {
                out.add(merged.id(i));
            }
        }
    }

    @Override
    public byte[] piece(int id) {
        byte[] text = vocabulary.utf8(id);
        return switch (vocabulary.type(id)) {
            case NORMAL -> ByteAlphabet.decode(text);
            case BYTE -> new byte[]{(byte) Vocabulary.byteOf(vocabulary.text(id))};
            case CONTROL, UNKNOWN, USER_DEFINED -> text;
            case UNUSED, UNDEFINED -> new byte[0];
        };
    }
}
