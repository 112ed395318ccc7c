package dev.railhead.core.tokenizer;

import dev.railhead.TokenDecoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Decodes token by token; the bytes of an unfinished character wait for the next token.
final class Utf8Decoder implements TokenDecoder {
    private final VocabularyTokenizer tokenizer;
    private final boolean renderSpecial;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE).onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer bytes = ByteBuffer.allocate(64); // in writing mode, holding at most 3 bytes between calls

    Utf8Decoder(VocabularyTokenizer tokenizer, boolean renderSpecial) {
        this.tokenizer = tokenizer;
        this.renderSpecial = renderSpecial;
    }

    @Override
    public String add(int token) {
        int length = tokenizer.pieceLength(token, renderSpecial);
        if (length > bytes.remaining()) {
            bytes = ByteBuffer.allocate(bytes.position() + length).put(bytes.flip());
        }
        tokenizer.pieces().copy(token, bytes.array(), bytes.position(), length);
        bytes.position(bytes.position() + length);
        return decode(false);
    }

    @Override
    public String finish() {
        String rest = decode(true);
        decoder.reset();
        bytes.clear();
        return rest;
    }

    private String decode(boolean end) {
        CharBuffer chars = CharBuffer.allocate(bytes.position()); // a character takes fewer chars than bytes
        decoder.decode(bytes.flip(), chars, end);
        bytes.compact();
        return chars.flip().toString();
    }
}
