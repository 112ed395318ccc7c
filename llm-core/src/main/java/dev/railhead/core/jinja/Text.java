package dev.railhead.core.jinja;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/// A string that knows which of its characters come from the template itself. All others are content: what a user, a
/// model or a tool wrote, and what was computed from it. Immutable.
///
/// Two texts are equal if their characters are; the origin makes no difference to what a template computes.
///
/// @see TextBuilder
final class Text {
    private static final int[] NOWHERE = {};

    static final Text EMPTY = content("");

    private final String string;
    private final int[] trusted; // begin and end of each run of template text, ascending, none touching the next
    private final boolean markup;
    private int codePoints = -1;

    Text(String string, int[] trusted, boolean markup) {
        this.string = string;
        this.trusted = trusted;
        this.markup = markup;
    }

    /// Characters that are not the template's.
    static Text content(String string) {
        return new Text(string, NOWHERE, false);
    }

    /// Characters that are the template's own.
    static Text template(String string) {
        return new Text(string, string.isEmpty() ? NOWHERE : new int[]{0, string.length()}, false);
    }

    String string() {
        return string;
    }

    /// Length in UTF-16 units, which is how offsets are counted.
    int length() {
        return string.length();
    }

    boolean isEmpty() {
        return string.isEmpty();
    }

    /// Begin and end of each run of template text; not to be changed.
    int[] trusted() {
        return trusted;
    }

    /// Whether the text is known to be HTML, which is what the filter `safe` says.
    boolean isMarkup() {
        return markup;
    }

    Text withMarkup(boolean isMarkup) {
        return markup == isMarkup ? this : new Text(string, trusted, isMarkup);
    }

    /// Length as Python counts it.
    int codePoints() {
        if (codePoints < 0) {
            codePoints = string.codePointCount(0, string.length());
        }
        return codePoints;
    }

    /// The offset of the character with Python's index.
    int offset(int index) {
        return codePoints() == string.length() ? index : string.offsetByCodePoints(0, index);
    }

    /// The characters from one offset to another; markup stays markup.
    Text sub(int from, int to) {
        if (from == 0 && to == string.length()) {
            return this;
        }
        int[] runs = trusted.length == 0 ? NOWHERE : new int[trusted.length];
        int count = 0;
        for (int i = 0; i < trusted.length; i += 2) {
            int begin = Math.max(trusted[i], from);
            int end = Math.min(trusted[i + 1], to);
            if (begin < end) {
                runs[count++] = begin - from;
                runs[count++] = end - from;
            }
        }
        return new Text(string.substring(from, to), Arrays.copyOf(runs, count), markup);
    }

    /// The text with its characters changed one by one, as upper case does.
    ///
    /// No change of case makes a character shorter, so equal lengths mean equal places. Where lengths change, each run is
    /// changed by itself; if that gives another result than the whole, what comes out is content.
    Text mapped(UnaryOperator<String> change) {
        String changed = change.apply(string);
        if (trusted.length == 0 || changed.length() == string.length()) {
            return new Text(changed, trusted, markup);
        }
        var runs = new StringBuilder();
        int[] moved = new int[trusted.length];
        int at = 0;
        for (int i = 0; i < trusted.length; i++) {
            runs.append(change.apply(string.substring(at, trusted[i])));
            moved[i] = runs.length();
            at = trusted[i];
        }
        runs.append(change.apply(string.substring(at)));
        return new Text(changed, runs.toString().equals(changed) ? moved : NOWHERE, markup);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Text text && text.string.equals(string);
    }

    @Override
    public int hashCode() {
        return string.hashCode();
    }

    @Override
    public String toString() {
        return string;
    }
}
