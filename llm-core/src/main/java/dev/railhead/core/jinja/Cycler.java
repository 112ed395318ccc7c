package dev.railhead.core.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// `cycler(a, b, …)`: gives its items in turn.
final class Cycler implements HasAttributes {
    private final List<Object> items;
    private int position;

    Cycler(List<Object> items) {
        if (items.isEmpty()) {
            throw new Fault("at least one item has to be provided");
        }
        this.items = items;
    }

    @Override
    public @Nullable Object attribute(Rendering run, String name) {
        return switch (name) {
            case "current" -> items.get(position);
            case "next" -> Globals.function(name, (r, a) -> next());
            case "reset" -> Globals.function(name, (r, a) -> {
                position = 0;
                return None.NONE;
            });
            default -> null;
        };
    }

    private Object next() {
        Object item = items.get(position);
        position = (position + 1) % items.size();
        return item;
    }
}
