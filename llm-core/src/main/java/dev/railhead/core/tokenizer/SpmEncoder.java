package dev.railhead.core.tokenizer;

import dev.railhead.ModelFormatException;
import dev.railhead.Tokenizer;
import dev.railhead.spi.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/// SentencePiece's BPE as llama.cpp runs it: characters merge into the token of the highest score, the leftmost of
/// equals first; characters that are no token become `<0xXX>` bytes. Spaces are written as ▁.
final class SpmEncoder implements TextEncoder {
    private static final int MAX_CHARACTER_BYTES = 4; // of UTF-8
    private static final SpecialIds.Defaults DEFAULTS = new SpecialIds.Defaults(1, 2, 0, true);

    /// What all calls share.
    ///
    /// @param size ids from here on are symbols that are no tokens
    /// @param characters symbols of single characters
    /// @param merges pairs of symbols whose joint text is a token
    /// @param bytes token per byte
    private record Tables(int size, CodePointIds characters, MergeTable merges, int[] bytes, boolean spacePrefix) {}

    private final Tables tables;
    private final Merger merger;
    private int[] codePoints = new int[64];

    private SpmEncoder(Tables tables) {
        this.tables = tables;
        this.merger = new Merger(tables.merges);
    }

    /// Builds the tokenizer.
    ///
    /// @throws ModelFormatException if the vocabulary is missing or damaged
    static Tokenizer tokenizer(Metadata metadata) {
        Vocabulary vocabulary = new Vocabulary(metadata);
        int[] ranks = ranks(metadata, vocabulary.size());
        SpecialIds specialIds = SpecialIds.read(metadata, vocabulary, DEFAULTS);
        boolean spacePrefix = metadata.bool("tokenizer.ggml.add_space_prefix", true);
        int[] bytes = bytes(metadata, vocabulary, specialIds.unknown());
        CodePointIds characters = characters(vocabulary);
        Tables tables = new Tables(vocabulary.size(), characters, merges(vocabulary, characters, ranks), bytes,
                spacePrefix);
        Pieces pieces = new Pieces(vocabulary, id -> SpacedTexts.piece(vocabulary, id));
        return new VocabularyTokenizer(metadata, vocabulary, specialIds, pieces, spacePrefix,
                () -> new SpmEncoder(tables));
    }

    /// Rank per token: 0 for the highest score, equal scores have equal ranks.
    private static int[] ranks(Metadata metadata, int size) {
        float[] scores = Scores.read(metadata, size);
        float[] distinct = scores.clone();
        Arrays.sort(distinct);
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (i == 0 || distinct[i] != distinct[count - 1]) {
                distinct[count++] = distinct[i];
            }
        }
        int[] ranks = new int[size];
        for (int id = 0; id < size; id++) {
            ranks[id] = count - 1 - Arrays.binarySearch(distinct, 0, count, scores[id]);
        }
        return ranks;
    }

    /// Token per byte; the unknown token where there is none.
    private static int[] bytes(Metadata metadata, Vocabulary vocabulary, int unknown) {
        int[] bytes = new int[256];
        for (int b = 0; b < 256; b++) {
            int id = vocabulary.find(String.format("<0x%02X>", b));
            if (id < 0 && b < 128) {
                id = vocabulary.find(String.valueOf((char) b));
            }
            bytes[b] = id < 0 ? unknown : id;
            boolean occursInUtf8 = b < 0xF5 && b != 0xC0 && b != 0xC1;
            if (bytes[b] < 0 && occursInUtf8) {
                throw metadata.error(Vocabulary.TOKENS, "a token for each byte, or an unknown token",
                        String.format("none for byte 0x%02X", b));
            }
        }
        return bytes;
    }

    /// Characters that are no token but part of one are symbols too, since their pair may be a token.
    private static CodePointIds characters(Vocabulary vocabulary) {
        CodePointIds characters = new CodePointIds();
        int next = vocabulary.size();
        for (int id = 0; id < vocabulary.size(); id++) {
            String text = vocabulary.text(id);
            int codePoint;
            for (int i = 0; i < text.length(); i += Character.charCount(codePoint)) {
                codePoint = text.codePointAt(i);
                if (characters.get(codePoint) < 0) {
                    int token = vocabulary.find(Character.toString(codePoint));
                    characters.put(codePoint, token >= 0 ? token : next++);
                }
            }
        }
        return characters;
    }

    private static MergeTable merges(Vocabulary vocabulary, CodePointIds characters, int[] ranks) {
        BitSet lengths = new BitSet(); // both parts must have one of these; spares a huge token a quadratic search
        lengths.set(1, MAX_CHARACTER_BYTES + 1);
        for (int id = 0; id < vocabulary.size(); id++) {
            lengths.set(vocabulary.utf8(id).length);
        }
        MergeTable merges = new MergeTable(vocabulary.size() * 2);
        for (int id = 0; id < vocabulary.size(); id++) {
            if (!vocabulary.isFirst(id)) {
                continue;
            }
            byte[] text = vocabulary.utf8(id);
            for (int cut = 1; cut < text.length; cut++) {
                boolean withinCharacter = (text[cut] & 0xC0) == 0x80;
                if (withinCharacter || !lengths.get(cut) || !lengths.get(text.length - cut)) {
                    continue;
                }
                int left = symbol(vocabulary, characters, text, 0, cut);
                int right = left < 0 ? -1 : symbol(vocabulary, characters, text, cut, text.length);
                if (right >= 0) {
                    merges.add(left, right, ranks[id], id);
                }
            }
        }
        merges.trim();
        return merges;
    }

    private static int symbol(Vocabulary vocabulary, CodePointIds characters, byte[] text, int from, int to) {
        if (to - from <= MAX_CHARACTER_BYTES) {
            String part = new String(text, from, to - from, StandardCharsets.UTF_8);
            int codePoint = part.codePointAt(0);
            if (part.length() == Character.charCount(codePoint)) {
                return characters.get(codePoint);
            }
        }
        return vocabulary.find(text, from, to);
    }

    @Override
    public void encode(String text, int from, int to, boolean afterSpecial, TokenList out) {
        merger.clear();
        if (tables.spacePrefix && afterSpecial) {
            append(SpacedTexts.SPACE);
        }
        int codePoint;
        for (int i = from; i < to; i += Character.charCount(codePoint)) {
            codePoint = text.codePointAt(i);
            append(codePoint == ' ' ? SpacedTexts.SPACE : codePoint);
        }
        merger.merge();
        for (int i = 0; i < merger.count(); i = merger.next(i)) {
            int id = merger.id(i);
            if (id >= 0 && id < tables.size) {
                out.add(id);
            } else {
                addBytes(codePoints[i], out);
            }
        }
    }

    private void append(int codePoint) {
        if (merger.count() == codePoints.length) {
            codePoints = Arrays.copyOf(codePoints, codePoints.length * 2);
        }
        codePoints[merger.count()] = codePoint;
        merger.append(tables.characters.get(codePoint));
    }

    private void addBytes(int codePoint, TokenList out) {
        for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            out.add(tables.bytes[b & 255]);
        }
    }
}
