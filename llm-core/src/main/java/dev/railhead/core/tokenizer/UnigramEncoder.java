package dev.railhead.core.tokenizer;

import dev.railhead.ModelFormatException;
import dev.railhead.Tokenizer;
import dev.railhead.spi.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// SentencePiece's Unigram model (Kudo 2018): of all ways to cut a text into tokens the one with the highest sum of
/// scores, by the Viterbi algorithm; of equal sums the one whose last token is longest. Sums are doubles, as in the
/// reference, so ties are the same ones.
///
/// A character that is no token is an unknown one, and neighbouring unknowns are one token.
final class UnigramEncoder implements TextEncoder {
    private static final int EOS = 1; // ids of T5's own vocabulary
    private static final int UNKNOWN = 2;
    private static final SpecialIds.Defaults DEFAULTS = new SpecialIds.Defaults(-1, EOS, UNKNOWN, false, true);

    /// How far an unknown character scores below the worst token.
    private static final float UNKNOWN_PENALTY = 10;

    /// What all calls share.
    private record Tables(UnigramNormalizer normalizer, ByteTrie tokens, float[] scores, int unknown,
            float unknownScore) {}

    private final Tables tables;
    private final Utf8Buffer replaced = new Utf8Buffer(64);
    private final Utf8Buffer normalized = new Utf8Buffer(64);
    private double[] sums = new double[64]; // by byte position: the best sum of tokens up to here
    private int[] tokens = new int[64]; // by byte position: the last of these tokens
    private int[] begins = new int[64]; // by byte position: where that token begins

    private UnigramEncoder(Tables tables) {
        this.tables = tables;
    }

    /// Builds the tokenizer.
    ///
    /// @throws ModelFormatException if the vocabulary is missing or damaged
    static Tokenizer tokenizer(Metadata metadata) {
        Vocabulary vocabulary = new Vocabulary(metadata);
        int size = vocabulary.size();
        float[] scores = Scores.read(metadata, size);
        // Tokens take part by the types that the file gives, not by those that their texts give them below.
        float unknownScore = lowest(metadata, vocabulary, scores) - UNKNOWN_PENALTY;
        ByteTrie userDefined = ByteTrie.of(metadata, vocabulary, id -> vocabulary.type(id) == TokenType.USER_DEFINED);
        ByteTrie tokens = ByteTrie.of(metadata, vocabulary, id -> switch (vocabulary.type(id)) {
            case NORMAL, USER_DEFINED, UNUSED -> true;
            case UNDEFINED, UNKNOWN, CONTROL, BYTE -> false;
        });
        SpecialIds specialIds = SpecialIds.read(metadata, vocabulary, DEFAULTS);
        int unknown = SpecialIds.required(metadata, "unknown", UNKNOWN, size);
        for (int id = 0; id < size; id++) {
            if (vocabulary.type(id) == TokenType.USER_DEFINED) {
                scores[id] = 0;
            }
        }
        UnigramNormalizer normalizer = new UnigramNormalizer(metadata, userDefined);
        Tables tables = new Tables(normalizer, tokens, scores, unknown, unknownScore);
        Pieces pieces = new Pieces(vocabulary, id -> SpacedTexts.piece(vocabulary, id));
        return new VocabularyTokenizer(metadata, vocabulary, specialIds, pieces, normalizer.putsSpaceFirst(),
                () -> new UnigramEncoder(tables));
    }

    /// The lowest score of a normal token.
    private static float lowest(Metadata metadata, Vocabulary vocabulary, float[] scores) {
        float lowest = Float.POSITIVE_INFINITY;
        for (int id = 0; id < scores.length; id++) {
            if (Float.isInfinite(scores[id])) {
                throw metadata.error(Scores.KEY, "finite numbers", scores[id] + " for token " + id);
            }
            if (vocabulary.type(id) == TokenType.NORMAL) {
                lowest = Math.min(lowest, scores[id]);
            }
        }
        return Float.isInfinite(lowest) ? 0 : lowest; // user-defined tokens, if any, score 0
    }

    @Override
    public void encode(String text, int from, int to, boolean afterSpecial, TokenList out) {
        replaced.truncate(0);
        tables.normalizer.replace(text.substring(from, to).getBytes(StandardCharsets.UTF_8), replaced);
        normalized.truncate(0);
        tables.normalizer.space(replaced.array(), replaced.size(), normalized);
        int size = normalized.size();
        if (size > 0) {
            if (sums.length <= size) {
                sums = new double[size + 1];
                tokens = new int[size + 1];
                begins = new int[size + 1];
            }
            findBest(normalized.array(), size);
            addBest(size, out);
        }
    }

    private void findBest(byte[] utf8, int size) {
        sums[0] = 0;
        Arrays.fill(sums, 1, size + 1, Double.NEGATIVE_INFINITY);
        for (int begin = 0; begin < size;) {
            int next = Math.min(size, begin + Utf8Buffer.characterLength(utf8[begin]));
            if (!addTokens(utf8, begin, next, size)) {
                propose(tables.unknown, begin, next, tables.unknownScore);
            }
            begin = next;
        }
    }

    /// Considers all tokens that begin at a position.
    ///
    /// @param next where the next character begins
    /// @return whether the single character is a token
    private boolean addTokens(byte[] utf8, int begin, int next, int size) {
        ByteTrie trie = tables.tokens;
        boolean single = false;
        int node = ByteTrie.ROOT;
        for (int end = begin; end < size;) {
            node = trie.child(node, utf8[end++]);
            if (node == ByteTrie.NONE) {
                break;
            }
            if (trie.endsToken(node)) {
                int token = trie.token(node);
                propose(token, begin, end, tables.scores[token]);
                single |= end == next;
            }
        }
        return single;
    }

    private void propose(int token, int begin, int end, float score) {
        double sum = sums[begin] + score;
        if (sum > sums[end]) {
            sums[end] = sum;
            tokens[end] = token;
            begins[end] = begin;
        }
    }

    /// Follows the best tokens from the end of the text to its begin, gathering them at the end of `tokens`: no faster
    /// than they are read.
    private void addBest(int size, TokenList out) {
        int first = size + 1;
        boolean afterUnknown = false;
        for (int end = size; end > 0; end = begins[end]) {
            int token = tokens[end];
            boolean unknown = token == tables.unknown;
            if (!unknown || !afterUnknown) {
                tokens[--first] = token;
            }
            afterUnknown = unknown;
        }
        for (int i = first; i <= size; i++) {
            out.add(tokens[i]);
        }
    }
}
