package dev.railhead.core.tokenizer;

/// Cuts numbers into groups of three digits counted from the right, as in 1|234|567.
///
/// @param regex see [Cut#regex]
/// @param digits the digits
/// @param joinsLeft whether text before a number stays together with its first group, and a number's end is a cut; else
///     text after a number stays together with its last group, and a number of whole groups begins with a cut
record DigitGroups(String regex, CharSet digits, boolean joinsLeft) implements Cut {
    /// ASCII's digits, for numbers that a pattern before this one has isolated.
    static final DigitGroups ISOLATED = new DigitGroups("(?=(?:[0-9]{3})+(?![0-9]))", CharSet.of("[0-9]"), false);

    /// Numbers of all scripts. What llama.cpp does for `\d{1,3}(?=(?:\d{3})*\b)` in a text: it forgets to cut before a
    /// number.
    static final DigitGroups IN_TEXT = new DigitGroups("\\P{N}*\\p{N}{1,3}(?=(?:\\p{N}{3})*(?!\\p{N}))",
            CharSet.of("[\\p{N}]"), true);

    @Override
    public void cut(CharKinds text, int from, int to, Pieces out) {
        int done = from;
        int at = from;
        while (at < to) {
            int end = digits.runEnd(text, at, to);
            int begin = at;
            for (int left = count(text, at, end); at < end; left--) {
                if (left % 3 == 0 && !(joinsLeft && at == begin) && at > done) {
                    out.piece(done, at);
                    done = at;
                }
                at = text.after(at);
            }
            if (joinsLeft && end > begin) {
                out.piece(done, end);
                done = end;
            }
            if (end < to) {
                at = text.after(end); // no digit
            }
        }
        if (done < to) {
            out.piece(done, to);
        }
    }

    private static int count(CharKinds text, int from, int to) {
        int count = 0;
        for (int at = from; at < to; at = text.after(at)) {
            count++;
        }
        return count;
    }
}
