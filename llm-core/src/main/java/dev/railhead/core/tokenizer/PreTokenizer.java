package dev.railhead.core.tokenizer;

import java.util.List;
import java.util.stream.Stream;

/// How a text is cut into the words that BPE merges within: cuts that follow one another, each cutting the pieces of the
/// one before. The table is [PreTokenizers]. Immutable.
///
/// @param cuts in the order they apply
/// @param whole which words are taken whole if they are a token, merges or not
/// @param addBos whether BOS is added if the file doesn't say
/// @param alphabet how tokens are written
record PreTokenizer(List<Cut> cuts, Whole whole, Bos addBos, Alphabet alphabet) {
    /// Words that are taken whole.
    enum Whole {
        NONE, LINE_ENDS, ALL
    }

    /// Whether BOS is added to a text.
    enum Bos {
        /// If the file says so.
        IF_ASKED,
        /// If the file says so and which token it is: GPT-2's is not the model's.
        NONE_BY_DEFAULT,
        /// If the file doesn't say otherwise.
        BY_DEFAULT,
        /// Whatever the file says, since files of these models say false.
        ALWAYS
    }

    /// How tokens are written in the file.
    enum Alphabet {
        /// In [ByteAlphabet].
        BYTES,
        /// As they are, but for ▁ in place of each space.
        TEXT_WITHOUT_SPACES,
        /// As they are.
        TEXT
    }

    static PreTokenizer of(Cut... cuts) {
        return new PreTokenizer(List.of(cuts), Whole.NONE, Bos.IF_ASKED, Alphabet.BYTES);
    }

    PreTokenizer with(Whole newWhole) {
        return new PreTokenizer(cuts, newWhole, addBos, alphabet);
    }

    PreTokenizer with(Bos newBos) {
        return new PreTokenizer(cuts, whole, newBos, alphabet);
    }

    PreTokenizer with(Alphabet newAlphabet) {
        return new PreTokenizer(cuts, whole, addBos, newAlphabet);
    }

    /// The same with one more cut after the others.
    PreTokenizer then(Cut cut) {
        return new PreTokenizer(Stream.concat(cuts.stream(), Stream.of(cut)).toList(), whole, addBos, alphabet);
    }

    /// Cuts texts; used by one thread.
    static final class Splitter {
        private final CharKinds text = new CharKinds();
        private final Cut.Pieces first;

        /// @param words receives the words of a text in their order, none of them empty
        Splitter(PreTokenizer preTokenizer, Cut.Pieces words) {
            Cut.Pieces next = words;
            for (Cut cut : preTokenizer.cuts.reversed()) {
                Cut.Pieces after = next;
                next = (from, to) -> cut.cut(text, from, to, after);
            }
            first = next;
        }

        void split(String newText, int from, int to) {
            text.reset(newText, from, to);
            first.piece(from, to);
        }
    }
}
