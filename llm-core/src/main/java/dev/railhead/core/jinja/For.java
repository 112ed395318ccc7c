package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `{% for target in iterable if test recursive %}…{% else %}…{% endfor %}`. Each round has a scope of its own. `else` is for a loop
/// of which no round came to its end, be it that there was none or that all were left early.
record For(int line, Target target, Expression iterable, @Nullable Expression test, boolean isRecursive,
        Statements.Body body, Statements.@Nullable Body otherwise) implements Statement {
    @Override
    public Signal execute(Scope scope) {
        scope.run().at(line);
        return run(scope, iterable.evaluate(scope), 0);
    }

    /// @param depth of recursion, 0 for the outermost loop
    Signal run(Scope scope, Object values, int depth) {
        List<Object> items = selected(scope, Iteration.of(values));
        var loop = new Loop(this, scope, items, depth);
        boolean isElse = true; // until a round comes to its end: the reference counts no other, either
        while (loop.advance()) {
            scope.budget().step();
            Scope round = scope.inner();
            round.set("loop", loop);
            target.assign(round, loop.current());
            Signal signal = body.execute(round);
            isElse &= signal != Signal.NEXT;
            if (signal == Signal.BREAK) {
                break;
            }
        }
        return isElse && otherwise != null ? otherwise.execute(scope.inner()) : Signal.NEXT;
    }

    private List<Object> selected(Scope scope, List<Object> items) {
        if (test == null) {
            return items;
        }
        List<Object> selected = new ArrayList<>();
        for (Object item : items) {
            scope.budget().step();
            Scope round = scope.inner();
            target.assign(round, item);
            if (Truth.of(test.evaluate(round))) {
                selected.add(item);
            }
        }
        return selected;
    }
}
