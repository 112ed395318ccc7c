package dev.railhead.core.jinja;

import java.time.Clock;

/// The state of one rendering; used by one thread.
final class Rendering {
    private final Budget budget;
    private final Clock clock;
    private TextBuilder out;
    private int line = 1;

    Rendering(Budget budget, Clock clock) {
        this.budget = budget;
        this.clock = clock;
        out = new TextBuilder(budget);
    }

    Budget budget() {
        return budget;
    }

    /// Date and zone for `strftime_now`.
    Clock clock() {
        return clock;
    }

    /// Where output goes at the moment.
    TextBuilder out() {
        return out;
    }

    /// The line of the template that is being executed.
    int line() {
        return line;
    }

    void at(int newLine) {
        line = newLine;
    }

    /// What an action writes, instead of writing it.
    Text capture(Runnable action) {
        TextBuilder outer = out;
        int outerLine = line;
        budget.enter();
        out = new TextBuilder(budget);
        action.run();
        Text written = out.toText();
        out = outer;
        line = outerLine;
        budget.leave();
        return written;
    }
}
