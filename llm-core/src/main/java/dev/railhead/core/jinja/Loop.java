package dev.railhead.core.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The variable `loop`.
final class Loop implements HasAttributes, Callable {
    private final For statement;
    private final Scope outer;
    private final List<Object> items;
    private final int depth;
    private int index = -1;
    private @Nullable ListValue lastChanged;

    /// @param outer the scope around the loop
    Loop(For statement, Scope outer, List<Object> items, int depth) {
        this.statement = statement;
        this.outer = outer;
        this.items = items;
        this.depth = depth;
    }

    boolean advance() {
        return ++index < items.size();
    }

    Object current() {
        return items.get(index);
    }

    @Override
    public @Nullable Object attribute(Rendering run, String name) {
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) items.size() - index;
            case "revindex0" -> items.size() - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == items.size() - 1;
            case "length" -> (long) items.size();
            case "depth" -> depth + 1L;
            case "depth0" -> (long) depth;
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
            case "nextitem" -> index + 1 < items.size()
                    ? items.get(index + 1)
                    : new Undefined("there is no next item");
            case "cycle" -> Globals.function("cycle", this::cycle);
            case "changed" -> Globals.function("changed", this::changed);
            default -> null;
        };
    }

    private Object cycle(Rendering run, Arguments arguments) {
        if (arguments.positional().isEmpty()) {
            throw new Fault("no items for cycling given");
        }
        return arguments.positional().get(index % arguments.positional().size());
    }

    private Object changed(Rendering run, Arguments arguments) {
        var now = new ListValue(arguments.positional(), true);
        boolean changed = lastChanged == null || !Equality.equal(run.budget(), lastChanged, now);
        lastChanged = now;
        return changed;
    }

    @Override
    public String name() {
        return "loop";
    }

    /// `loop(values)`: the same loop over other values, one level deeper.
    @Override
    public Object call(Rendering run, Arguments arguments) {
        if (!statement.isRecursive()) {
            throw new Fault("The loop must have the 'recursive' marker to be called recursively.");
        }
        if (arguments.positional().size() != 1) {
            throw new Fault("loop() takes one argument, the values to go through");
        }
        return run.capture(() -> statement.run(outer, arguments.positional().getFirst(), depth + 1));
    }
}
