package dev.railhead.core.jinja;

import java.util.List;

/// The methods of lists, tuples and ranges that change nothing.
final class ListMethods {
    static final Builtins TUPLE = table("tuple.index(x): x not in tuple");
    static final Builtins TABLE = table("%s is not in list").add("copy()", (run, self, a) -> self);
    static final Builtins RANGE = table("%s is not in range");

    private ListMethods() {}

    /// @param absent what `index` says of a value that isn't there
    private static Builtins table(String absent) {
        return new Builtins()
                .add("count(value)", (run, self, a) -> {
                    run.budget().steps(items(self).size());
                    return items(self).stream().filter(item -> Equality.equal(run.budget(), item, a.required(0)))
                            .count();
                })
                .add("index(value, start=, stop=)", (run, self, a) -> index(run, items(self), a, absent));
    }

    private static Object index(Rendering run, List<Object> items, Bound a, String absent) {
        int stop = limit(a.integer(2, items.size()), items.size());
        for (int i = limit(a.integer(1, 0), items.size()); i < stop; i++) {
            run.budget().step();
            if (Equality.equal(run.budget(), items.get(i), a.required(0))) {
                return (long) i;
            }
        }
        throw new Fault(absent.replace("%s", Printing.repr(run, a.required(0)).string()));
    }

    /// A negative index counts from the end.
    private static int limit(int index, int size) {
        return index < 0 ? Math.max(0, index + size) : Math.min(index, size);
    }

    private static List<Object> items(Object self) {
        return ((ListValue) self).items();
    }
}
