package dev.railhead.core.jinja;

import java.util.function.LongSupplier;

/// What is left of the [Limits] of one rendering. Everything that can grow asks here before it does.
final class Budget {
    /// Steps between two looks at the clock.
    private static final long CLOCK_STEPS = 512;
    /// Characters that can be searched in the time of one step.
    private static final long SEARCHED_PER_STEP = 4096;

    private final Limits limits;
    private final LongSupplier nanoTime;
    private final long start;
    private long steps;
    private long nextLook = CLOCK_STEPS;
    private long characters;
    private long unread; // characters since the last step that was taken for them
    private int depth;

    /// @param nanoTime a monotonic clock, as [System#nanoTime()]
    Budget(Limits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        start = nanoTime.getAsLong();
    }

    void step() {
        steps(1);
    }

    /// @param count how many; 0 or more
    void steps(long count) {
        if (count > limits.steps() - steps) {
            throw exceeded("more than " + limits.steps() + " steps");
        }
        steps += count;
        if (steps >= nextLook) {
            nextLook = steps + CLOCK_STEPS;
            if (nanoTime.getAsLong() - start > limits.time().toNanos()) {
                throw exceeded("more than " + limits.time().toMillis() + " ms");
            }
        }
    }

    /// Before some characters are looked at.
    void read(long count) {
        unread += count;
        if (unread >= SEARCHED_PER_STEP) {
            steps(unread / SEARCHED_PER_STEP);
            unread %= SEARCHED_PER_STEP;
        }
    }

    /// Searching one text in another can cost the product of their lengths.
    void search(long textLength, long patternLength) {
        read(textLength * Math.max(1, patternLength));
    }

    /// Before a text is made.
    ///
    /// @param length its length in characters
    void text(long length) {
        if (length > limits.textLength()) {
            throw exceeded("a text of more than " + limits.textLength() + " characters");
        }
        characters(length);
    }

    /// Before a text grows by some characters; copying them takes time as searching them does.
    void characters(long count) {
        if (count > limits.characters() - characters) {
            throw exceeded("more than " + limits.characters() + " characters of intermediate texts");
        }
        characters += count;
        read(count);
    }

    int textLength() {
        return limits.textLength();
    }

    /// Enters a nested block, call or expression; to be followed by [#leave()] unless it throws.
    void enter() {
        step();
        if (++depth > limits.depth()) {
            throw exceeded("nesting deeper than " + limits.depth());
        }
    }

    void leave() {
        depth--;
    }

    private static Fault exceeded(String what) {
        return new Fault(Fault.Kind.LIMIT, "rendering takes " + what
                + "; shorten the conversation or, if it is short, don't trust the template");
    }
}
