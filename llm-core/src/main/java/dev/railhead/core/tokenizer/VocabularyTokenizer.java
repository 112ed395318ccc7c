package dev.railhead.core.tokenizer;

import dev.railhead.RenderedPrompt;
import dev.railhead.TokenDecoder;
import dev.railhead.Tokenizer;
import dev.railhead.spi.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/// What the tokenizers of all algorithms have in common: special tokens, BOS and EOS, and decoding.
///
/// [#decode(int[], boolean)] joins the tokens' pieces and, for vocabularies that put a space before a text, drops that
/// one space if it comes first; it does not clean up spaces before punctuation as some tokenizers do, so it gives back
/// what was encoded. WordPiece alone keeps no spaces when it encodes, and so has them cleaned. The incremental decoder
/// is for continuations and gives pieces as they are, the first token's space included.
final class VocabularyTokenizer implements Tokenizer {
    private final Vocabulary vocabulary;
    private final SpecialIds specialIds;
    private final SpecialSplitter splitter;
    private final Pieces pieces;
    private final boolean spacePrefix;
    private final boolean cleansSpaces;
    private final Supplier<TextEncoder> encoders;

    /// @param pieces the bytes of each token
    /// @param spacePrefix whether encoding puts a space before a text
    /// @param encoders makes the encoder of one call
    VocabularyTokenizer(Metadata metadata, Vocabulary vocabulary, SpecialIds specialIds, Pieces pieces,
            boolean spacePrefix, Supplier<TextEncoder> encoders) {
        this(metadata, vocabulary, specialIds, pieces, spacePrefix, false, encoders);
    }

    /// @param cleansSpaces whether decoding a whole text cleans spaces, see [SpaceCleaner]
    VocabularyTokenizer(Metadata metadata, Vocabulary vocabulary, SpecialIds specialIds, Pieces pieces,
            boolean spacePrefix, boolean cleansSpaces, Supplier<TextEncoder> encoders) {
        this.vocabulary = vocabulary;
        this.specialIds = specialIds;
        this.splitter = new SpecialSplitter(metadata, vocabulary);
        this.pieces = pieces;
        this.spacePrefix = spacePrefix;
        this.cleansSpaces = cleansSpaces;
        this.encoders = encoders;
    }

    @Override
    public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
        String wellFormed = replaceLoneSurrogates(text);
        TokenList out = new TokenList(wellFormed.length() / 3);
        if (addSpecial && specialIds.addBos()) {
            out.add(specialIds.bos());
        }
        encode(wellFormed, splitter.split(wellFormed, parseSpecial), out);
        if (addSpecial && specialIds.closing() >= 0) {
            out.add(specialIds.closing());
        }
        return out.toArray();
    }

    @Override
    public int[] encode(RenderedPrompt prompt) {
        String wellFormed = replaceLoneSurrogates(prompt.text()); // offsets stay what they are
        TokenList out = new TokenList(wellFormed.length() / 3);
        List<SpecialSplitter.Fragment> fragments = splitter.split(wellFormed, prompt);
        if (specialIds.addBos() && (fragments.isEmpty() || fragments.getFirst().token() != specialIds.bos())) {
            out.add(specialIds.bos());
        }
        encode(wellFormed, fragments, out);
        return out.toArray();
    }

    private void encode(String wellFormed, List<SpecialSplitter.Fragment> fragments, TokenList out) {
        TextEncoder encoder = encoders.get();
        boolean afterSpecial = true;
        for (SpecialSplitter.Fragment fragment : fragments) {
            if (fragment.isText()) {
                encoder.encode(wellFormed, fragment.from(), fragment.to(), afterSpecial, out);
                afterSpecial = false;
            } else {
                out.add(fragment.token());
                afterSpecial = true;
            }
        }
    }

    private static String replaceLoneSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c) && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    return replaceLoneSurrogates(text, i);
                }
            }
        }
        return text;
    }

    private static String replaceLoneSurrogates(String text, int first) {
        StringBuilder result = new StringBuilder(text.length()).append(text, 0, first);
        text.codePoints().skip(Character.codePointCount(text, 0, first))
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(result::appendCodePoint);
        return result.toString();
    }

    @Override
    public String decode(int[] tokens, boolean renderSpecial) {
        byte[] bytes = new byte[Math.max(16, tokens.length * 4)];
        int length = 0;
        for (int token : tokens) {
            int more = pieceLength(token, renderSpecial);
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + more, length * 2));
            }
            pieces.copy(token, bytes, length, more);
            length += more;
        }
        if (cleansSpaces) {
            length = SpaceCleaner.clean(bytes, length);
        }
        int from = spacePrefix && length > 0 && bytes[0] == ' ' ? 1 : 0;
        return new String(bytes, from, length - from, StandardCharsets.UTF_8);
    }

    /// {@inheritDoc}
    ///
    /// For generated continuations: pieces come as they are, the space before the first word included.
    @Override
    public TokenDecoder newDecoder(boolean renderSpecial) {
        return new Utf8Decoder(this, renderSpecial);
    }

    @Override
    public byte[] piece(int token) {
        return pieces.get(checked(token));
    }

    Pieces pieces() {
        return pieces;
    }

    /// Length of the bytes that a token adds to a text.
    int pieceLength(int token, boolean renderSpecial) {
        return !renderSpecial && vocabulary.type(checked(token)).isSpecial() ? 0 : pieces.length(checked(token));
    }

    private int checked(int token) {
        if (token < 0 || token >= vocabulary.size()) {
            throw new IllegalArgumentException(
                    "token id: expected 0 to " + (vocabulary.size() - 1) + ", found " + token);
        }
        return token;
    }

    @Override
    public int vocabularySize() {
        return vocabulary.size();
    }

    @Override
    public OptionalInt bos() {
        return optional(specialIds.bos());
    }

    @Override
    public OptionalInt eos() {
        return optional(specialIds.eos());
    }

    @Override
    public OptionalInt tokenOf(String text) {
        return optional(vocabulary.find(text));
    }

    private static OptionalInt optional(int id) {
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    @Override
    public boolean isEndOfGeneration(int token) {
        return specialIds.endOfGeneration().get(checked(token));
    }

    @Override
    public boolean isControl(int token) {
        return vocabulary.type(checked(token)) == TokenType.CONTROL;
    }
}
