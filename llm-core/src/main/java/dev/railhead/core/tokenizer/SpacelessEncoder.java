package dev.railhead.core.tokenizer;

/// Model whitespace: BPE of what lies between white space, in lower case if the file wants it. White space itself is
/// dropped, so decoding does not give it back.
final class SpacelessEncoder implements TextEncoder {
    private final TextEncoder bpe;
    private final boolean lowerCase;

    SpacelessEncoder(TextEncoder bpe, boolean lowerCase) {
        this.bpe = bpe;
        this.lowerCase = lowerCase;
    }

    @Override
    public void encode(String text, int from, int to, boolean afterSpecial, TokenList out) {
        int at = from;
        while (at < to) {
            int begin = at;
            while (at < to && !isSpace(text.charAt(at))) {
                at++;
            }
            if (at > begin) {
                String word = cased(text.substring(begin, at));
                bpe.encode(word, 0, word.length(), afterSpecial, out);
            }
            at++;
        }
    }

    /// Character by character, so that no word gets longer, whatever the language.
    private String cased(String word) {
        return lowerCase
                ? word.codePoints().map(Unicode15::lowerCase)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString()
                : word;
    }

    private static boolean isSpace(char c) {
        return CharKinds.kindOf(c) == CharKinds.SPACE;
    }
}
