package dev.railhead.core.tokenizer;

import java.util.BitSet;

/// Cuts before a space wherever no token could reach across, so that words can be looked up in the [WordCache] although
/// the model merges within whole lines. Changes no result: what merges is a token, and here no token has the character
/// before the space followed by one.
final class WordStarts implements Cut {
    private final BitSet beforeSpace = new BitSet();

    WordStarts(Vocabulary vocabulary) {
        for (int id = 0; id < vocabulary.size(); id++) {
            String text = vocabulary.text(id);
            for (int space = text.indexOf(SpacedTexts.SPACE, 1); space > 0; space = text.indexOf(SpacedTexts.SPACE,
                    space + 1)) {
                beforeSpace.set(text.codePointBefore(space));
            }
        }
    }

    @Override
    public void cut(CharKinds text, int from, int to, Pieces out) {
        int done = from;
        int before = from;
        for (int at = text.after(from); at < to; at = text.after(at)) {
            int last = text.codePointAt(before);
            if (text.at(at) == ' ' && !beforeSpace.get(last == ' ' ? SpacedTexts.SPACE : last)) {
                out.piece(done, at);
                done = at;
            }
            before = at;
        }
        out.piece(done, to);
    }

    @Override
    public String regex() {
        StringBuilder no = new StringBuilder();
        beforeSpace.stream().forEach(c -> no.append(String.format("\\x{%X}", c == SpacedTexts.SPACE ? ' ' : c)));
        return no.isEmpty() ? "(?<!^)(?= )" : "(?<![" + no + "]|^)(?= )";
    }
}
