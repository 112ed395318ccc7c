package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// `map`, `select`, `reject` and their variants for attributes.
final class SelectionFilters {
    private SelectionFilters() {}

    static void addTo(Builtins table) {
        table.addOpen("map", SelectionFilters::map)
                .addOpen("select", (run, self, a) -> select(run, self, test(run, a), true))
                .addOpen("reject", (run, self, a) -> select(run, self, test(run, a), false))
                .addOpen("selectattr", (run, self, a) -> select(run, self, attributeTest(run, a), true))
                .addOpen("rejectattr", (run, self, a) -> select(run, self, attributeTest(run, a), false));
    }

    private static Object map(Rendering run, Object self, Arguments arguments) {
        List<Object> mapped = new ArrayList<>();
        Object attribute = arguments.named().get("attribute");
        if (arguments.positional().isEmpty() && attribute != null) {
            if (!Set.of("attribute", "default").containsAll(arguments.named().keySet())) {
                throw new Fault("map() got an unexpected keyword argument");
            }
            Object defaultValue = arguments.named().get("default");
            for (Object item : items(self)) {
                run.budget().step();
                mapped.add(Attributes.path(run, item, attribute, defaultValue));
            }
            return new Generator(mapped);
        }
        String filter = name(arguments, "map requires a filter argument");
        for (Object item : items(self)) {
            run.budget().step();
            mapped.add(Filters.apply(run, filter, item, arguments.skip(1)));
        }
        return new Generator(mapped);
    }

    /// None and all else that counts as false has no elements for these filters.
    private static List<Object> items(Object value) {
        return Truth.of(value) ? Iteration.of(value) : List.of();
    }

    private static Object select(Rendering run, Object self, Predicate<Object> test, boolean wanted) {
        List<Object> selected = new ArrayList<>();
        for (Object item : items(self)) {
            run.budget().step();
            if (test.test(item) == wanted) {
                selected.add(item);
            }
        }
        return new Generator(selected);
    }

    private static Predicate<Object> test(Rendering run, Arguments arguments) {
        if (arguments.positional().isEmpty()) {
            return Truth::of;
        }
        String test = name(arguments, "");
        return item -> Tests.apply(run, test, item, arguments.skip(1));
    }

    private static Predicate<Object> attributeTest(Rendering run, Arguments arguments) {
        if (arguments.positional().isEmpty()) {
            throw new Fault("Missing parameter for attribute name");
        }
        Object path = arguments.positional().getFirst();
        Predicate<Object> test = test(run, arguments.skip(1));
        return item -> test.test(Attributes.path(run, item, path));
    }

    private static String name(Arguments arguments, String missing) {
        if (arguments.positional().isEmpty()) {
            throw new Fault(missing);
        }
        if (!(arguments.positional().getFirst() instanceof Text name)) {
            throw new Fault("expected the name of a filter or test, found "
                    + Types.name(arguments.positional().getFirst()));
        }
        return name.string();
    }
}
