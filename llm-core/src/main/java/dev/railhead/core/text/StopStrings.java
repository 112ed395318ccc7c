package dev.railhead.core.text;

import java.util.List;

/// Looks for stop strings in a text that arrives piece by piece, and holds back what may begin one.
///
/// The stop string that ends first counts; among those that end at the same place, the longest. It may span any number
/// of pieces. A piece that is given out never ends within a surrogate pair. Time is linear in the text, whatever the
/// number of stop strings. Used by one thread.
public final class StopStrings {
    private final StopAutomaton automaton;
    private final StringBuilder held = new StringBuilder();
    private int state = StopAutomaton.START;
    private boolean matched;

    /// @param stopStrings any number of them
    /// @throws IllegalArgumentException if one is empty or has half a surrogate pair, or they have more than 4,194,304
    ///     chars together
    public StopStrings(List<String> stopStrings) {
        automaton = new StopAutomaton(stopStrings);
    }

    /// Adds the next piece of text.
    ///
    /// @return the text that has become safe to give out: all of it up to a stop string, or up to what may begin one;
    ///     empty after a stop string was found
    public String add(String text) {
        for (int i = 0; i < text.length() && !matched; i++) {
            held.append(text.charAt(i));
            state = automaton.next(state, text.charAt(i));
            int match = automaton.match(state);
            if (match > 0) {
                held.setLength(held.length() - match);
                matched = true;
            }
        }
        return release(matched ? held.length() : safeLength());
    }

    /// Whether a stop string was found. What came after it in the text is dropped.
    public boolean isMatched() {
        return matched;
    }

    /// Gives out what is still held back: the text has ended.
    public String finish() {
        state = StopAutomaton.START;
        return release(held.length());
    }

    private int safeLength() {
        int safe = held.length() - automaton.depth(state);
        return safe > 0 && Character.isHighSurrogate(held.charAt(safe - 1)) ? safe - 1 : safe;
    }

    private String release(int length) {
        String text = held.substring(0, length);
        held.delete(0, length);
        return text;
    }
}
