package dev.railhead.core.tokenizer;

/// Cuts white space off the end of a piece. Looks from the end, since a search from the start would look at each run of
/// white space once for each of its characters.
final class TrailingSpaces implements Cut {
    @Override
    public void cut(CharKinds text, int from, int to, Pieces out) {
        int end = to;
        while (end > from && text.is(CharKinds.SPACE, end - 1)) {
            end--;
        }
        if (end > from) {
            out.piece(from, end);
        }
        if (end < to) {
            out.piece(end, to);
        }
    }

    @Override
    public String regex() {
        return "\\s+$";
    }
}
