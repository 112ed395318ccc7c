package dev.railhead.core.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Model hybriddna: BPE, and between `<dna>` and `</dna>` one token for each six letters, upper case or lower. The last
/// six are filled up with A; what is no token becomes `<oov>`.
///
/// A file marks tokens of six letters with U+E000 at their end, since BPE may have the same letters as a token.
final class DnaEncoder implements TextEncoder {
    private static final String BEGIN = "<dna>";
    private static final String END = "</dna>";
    private static final String OTHER = "<oov>";
    private static final byte[] MARK = "\uE000".getBytes(StandardCharsets.UTF_8);
    private static final int LETTERS = 6;

    private final Vocabulary vocabulary;
    private final TextEncoder bpe;
    private final int begin;
    private final int end;
    private final int other;

    DnaEncoder(Vocabulary vocabulary, TextEncoder bpe) {
        this.vocabulary = vocabulary;
        this.bpe = bpe;
        begin = vocabulary.find(BEGIN);
        end = vocabulary.find(END);
        other = vocabulary.find(OTHER);
    }

    /// Encodes with this class, and takes the mark off tokens.
    static final class Variant implements BpeVariant {
        @Override
        public TextEncoder encoder(Vocabulary vocabulary, TextEncoder bpe) {
            return new DnaEncoder(vocabulary, bpe);
        }

        @Override
        public byte[] piece(Vocabulary vocabulary, int id, byte[] piece) {
            byte[] utf8 = vocabulary.utf8(id);
            int letters = utf8.length - MARK.length;
            int first = vocabulary.find(OTHER) + 1;
            boolean marked = first > 0 && id >= first && letters > 0
                    && Arrays.equals(utf8, letters, utf8.length, MARK, 0, MARK.length);
            return marked ? Arrays.copyOf(utf8, letters) : piece;
        }
    }

    @Override
    public void encode(String text, int from, int to, boolean afterSpecial, TokenList out) {
        int done = from;
        while (done < to) {
            int open = begin < 0 || end < 0 || other < 0 ? -1 : text.indexOf(BEGIN, done, to);
            if (open < 0) {
                bpe.encode(text, done, to, afterSpecial, out);
                return;
            }
            if (open > done) {
                bpe.encode(text, done, open, afterSpecial, out);
            }
            out.add(begin);
            int letters = open + BEGIN.length();
            int close = text.indexOf(END, letters, to);
            addLetters(text.substring(letters, close < 0 ? to : close), out);
            if (close < 0) {
                return;
            }
            out.add(end);
            done = close + END.length();
        }
    }

    private void addLetters(String text, TokenList out) {
        byte[] letters = text.getBytes(StandardCharsets.UTF_8);
        byte[] token = new byte[LETTERS + MARK.length];
        System.arraycopy(MARK, 0, token, LETTERS, MARK.length);
        for (int at = 0; at < letters.length; at += LETTERS) {
            for (int i = 0; i < LETTERS; i++) {
                byte letter = at + i < letters.length ? letters[at + i] : (byte) 'A';
                token[i] = letter >= 'a' && letter <= 'z' ? (byte) (letter - 'a' + 'A') : letter;
            }
            int id = vocabulary.find(token, 0, token.length);
            out.add(id < 0 ? other : id);
        }
    }
}
