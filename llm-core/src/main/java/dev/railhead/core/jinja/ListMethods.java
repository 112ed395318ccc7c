package dev.railhead.core.jinja;

import java.util.List;

/// The methods of lists and tuples that change nothing.
final class ListMethods {
    static final Builtins TUPLE = table();
    static final Builtins TABLE = table().add("copy()", (run, self, a) -> self);

    private ListMethods() {}

    private static Builtins table() {
        return new Builtins()
                .add("count(value)", (run, self, a) -> {
                    run.budget().steps(items(self).size());
                    return items(self).stream().filter(item -> Equality.equal(run.budget(), item, a.required(0)))
                            .count();
                })
                .add("index(value, start=, stop=)", (run, self, a) -> index(run, items(self), a));
    }

    private static Object index(Rendering run, List<Object> items, Bound a) {
        int stop = Math.min(a.integer(2, items.size()), items.size());
        for (int i = Math.max(0, a.integer(1, 0)); i < stop; i++) {
            run.budget().step();
            if (Equality.equal(run.budget(), items.get(i), a.required(0))) {
                return (long) i;
            }
        }
        throw new Fault(Printing.repr(run, a.required(0)) + " is not in list");
    }

    private static List<Object> items(Object self) {
        return ((ListValue) self).items();
    }
}
