package dev.railhead.core.jinja;

import java.util.Arrays;

/// Puts texts together, keeps the origin of their characters and asks the budget before it grows.
final class TextBuilder {
    private final Budget budget;
    private final StringBuilder string = new StringBuilder();
    private int[] trusted = new int[8];
    private int count;

    TextBuilder(Budget budget) {
        this.budget = budget;
    }

    TextBuilder append(Text text) {
        int offset = string.length();
        grow(text.length());
        string.append(text.string());
        int[] runs = text.trusted();
        for (int i = 0; i < runs.length; i += 2) {
            trust(offset + runs[i], offset + runs[i + 1]);
        }
        return this;
    }

    /// Appends a part of a text.
    TextBuilder append(Text text, int from, int to) {
        return append(text.sub(from, to));
    }

    /// Appends characters that are not the template's.
    TextBuilder content(String characters) {
        grow(characters.length());
        string.append(characters);
        return this;
    }

    /// Appends a character that is not the template's, a number of times.
    TextBuilder content(char character, int times) {
        if (times > 0) {
            grow(times);
            string.repeat(character, times);
        }
        return this;
    }

    private void grow(int more) {
        if (string.length() + more > budget.textLength()) {
            budget.text((long) string.length() + more);
        }
        budget.characters(more);
    }

    private void trust(int from, int to) {
        if (count > 0 && trusted[count - 1] == from) {
            trusted[count - 1] = to;
            return;
        }
        if (count == trusted.length) {
            trusted = Arrays.copyOf(trusted, count * 2);
        }
        trusted[count++] = from;
        trusted[count++] = to;
    }

    int length() {
        return string.length();
    }

    Text toText() {
        return new Text(string.toString(), Arrays.copyOf(trusted, count), false);
    }
}
