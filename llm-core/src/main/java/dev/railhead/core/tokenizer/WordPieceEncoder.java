package dev.railhead.core.tokenizer;

import dev.railhead.ModelFormatException;
import dev.railhead.Tokenizer;
import dev.railhead.spi.Metadata;
import java.util.BitSet;

/// WordPiece as of BERT: the text is cut into words, each punctuation mark and each Chinese character being one, and a
/// word into the longest tokens from the left. A word that can't be cut so to its end is one unknown token.
///
/// Files write ▁ before tokens that begin a word, and nothing before those that continue one. Encoding takes time
/// linear to the text, times the length of the longest token at worst.
final class WordPieceEncoder implements TextEncoder {
    private static final int CLS = 101; // ids of BERT's own vocabulary
    private static final int SEP = 102;
    private static final int UNKNOWN = 100;

    private static final String LOWERCASE = "tokenizer.ggml.normalizer.lowercase";
    private static final String STRIP_ACCENTS = "tokenizer.ggml.normalizer.strip_accents";

    /// What all calls share.
    private record Tables(WordCharacters characters, ByteTrie tokens, int unknown) {}

    private final Tables tables;
    private final Utf8Buffer word = new Utf8Buffer(64); // begins with ▁
    private final int emptyWord;

    private WordPieceEncoder(Tables tables) {
        this.tables = tables;
        byte[] space = SpacedTexts.spaceUtf8();
        word.append(space, 0, space.length);
        emptyWord = word.size();
    }

    /// Builds the tokenizer.
    ///
    /// @throws ModelFormatException if the vocabulary is missing or damaged
    static Tokenizer tokenizer(Metadata metadata) {
        Vocabulary vocabulary = new Vocabulary(metadata);
        SpecialIds specialIds = specialIds(metadata, vocabulary);
        boolean lowercase = metadata.bool(LOWERCASE, true);
        WordCharacters characters = new WordCharacters(lowercase, metadata.bool(STRIP_ACCENTS, lowercase));
        Tables tables = new Tables(characters, ByteTrie.of(metadata, vocabulary, id -> true), specialIds.unknown());
        Pieces pieces = new Pieces(vocabulary, id -> SpacedTexts.piece(vocabulary, id));
        return new VocabularyTokenizer(metadata, vocabulary, specialIds, pieces, true, true,
                () -> new WordPieceEncoder(tables));
    }

    /// A text always stands between CLS and SEP, whatever the file says of adding tokens. CLS is the file's BOS; many
    /// files have only a key of its own for it.
    private static SpecialIds specialIds(Metadata metadata, Vocabulary vocabulary) {
        int size = vocabulary.size();
        int cls = SpecialIds.required(metadata, "bos", SpecialIds.id(metadata, "cls", CLS, size), size);
        int sep = SpecialIds.required(metadata, "seperator", SEP, size); // GGUF's spelling
        int unknown = SpecialIds.required(metadata, "unknown", UNKNOWN, size);
        int eos = SpecialIds.id(metadata, "eos", -1, size);
        BitSet ends = SpecialIds.endOfGeneration(metadata, vocabulary, eos);
        return new SpecialIds(cls, eos, unknown, true, sep, ends);
    }

    @Override
    public void encode(String text, int from, int to, boolean afterSpecial, TokenList out) {
        int codePoint;
        for (int i = from; i < to; i += Character.charCount(codePoint)) {
            codePoint = text.codePointAt(i);
            int character = tables.characters.get(codePoint);
            int kind = character >>> WordCharacters.KIND_SHIFT;
            if (kind == WordCharacters.NOTHING) {
                continue;
            }
            if (kind != WordCharacters.PART) {
                endWord(out);
            }
            if (kind != WordCharacters.BETWEEN) {
                word.appendCodePoint(character & (1 << WordCharacters.KIND_SHIFT) - 1);
            }
            if (kind == WordCharacters.ALONE) {
                endWord(out);
            }
        }
        endWord(out);
    }

    private void endWord(TokenList out) {
        if (word.size() > emptyWord) {
            int before = out.size();
            if (!cut(word.array(), word.size(), out)) {
                out.truncate(before);
                out.add(tables.unknown);
            }
            word.truncate(emptyWord);
        }
    }

    /// Adds the longest tokens from the left.
    ///
    /// @return whether they reach the end of the word
    private boolean cut(byte[] utf8, int size, TokenList out) {
        ByteTrie trie = tables.tokens;
        int from = 0;
        while (from < size) {
            int node = ByteTrie.ROOT;
            int longest = ByteTrie.NONE;
            int end = from;
            for (int i = from; i < size; i++) {
                node = trie.child(node, utf8[i]);
                if (node == ByteTrie.NONE) {
                    break;
                }
                if (trie.endsToken(node)) {
                    longest = node;
                    end = i + 1;
                }
            }
            if (longest == ByteTrie.NONE) {
                return false;
            }
            out.add(trie.token(longest));
            from = end;
        }
        return true;
    }
}
