package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Filters that count, take, join and cut the elements of values.
final class SequenceFilters {
    private SequenceFilters() {}

    static void addTo(Builtins table) {
        table.add("length()", (run, self, a) -> (long) Iteration.length(self))
                .alias("count", "length")
                .add("first()", (run, self, a) -> {
                    List<Object> items = Iteration.of(self);
                    return items.isEmpty() ? new Undefined("No first item, sequence was empty.") : items.getFirst();
                })
                .add("last()", (run, self, a) -> {
                    List<Object> items = reversible(self);
                    return items.isEmpty() ? new Undefined("No last item, sequence was empty.") : items.getLast();
                })
                .add("list()", (run, self, a) -> ListValue.list(copy(run, self)))
                .add("reverse()", SequenceFilters::reverse)
                .add("join(d=, attribute=)", (run, self, a) -> {
                    List<Object> items = Iteration.of(self);
                    Text separator = Printing.str(run, a.get(0, Text.EMPTY));
                    return Words.join(run, separator, a.isNone(1)
                            ? items
                            : attributes(run, items, a.required(1)));
                })
                .add("batch(linecount, fill_with=)", SequenceFilters::batch)
                .add("slice(slices, fill_with=)", SequenceFilters::slice)
                .add("sum(attribute=, start=)", (run, self, a) -> {
                    Object sum = a.get(1, 0L);
                    if (sum instanceof Text) {
                        throw new Fault("sum() can't sum strings [use ''.join(seq) instead]");
                    }
                    List<Object> items = Iteration.of(self);
                    for (Object item : a.isNone(0) ? items : attributes(run, items, a.required(0))) {
                        run.budget().step();
                        sum = Arithmetic.apply(run, "+", sum, item);
                    }
                    return sum;
                });
    }

    /// The elements in a list of their own, charged for.
    static List<Object> copy(Rendering run, Object value) {
        List<Object> items = Iteration.of(value);
        run.budget().steps(items.size());
        return new ArrayList<>(items);
    }

    /// The attribute of each of the items.
    static List<Object> attributes(Rendering run, List<Object> items, Object path) {
        run.budget().steps(items.size());
        List<Object> attributes = new ArrayList<>(items.size());
        items.forEach(item -> attributes.add(Attributes.path(run, item, path)));
        return attributes;
    }

    private static List<Object> reversible(Object value) {
        if (value instanceof Generator) {
            throw new Fault("'generator' object is not reversible");
        }
        return Iteration.of(value);
    }

    private static Object reverse(Rendering run, Object self, Bound a) {
        if (self instanceof Text text) {
            return Slices.of(run, text, None.NONE, None.NONE, -1L);
        }
        List<Object> reversed = copy(run, self);
        Collections.reverse(reversed);
        return new Generator(reversed);
    }

    private static Object batch(Rendering run, Object self, Bound a) {
        int size = a.integer(0, 1);
        List<Object> rows = new ArrayList<>();
        List<Object> row = new ArrayList<>();
        for (Object item : Iteration.of(self)) {
            run.budget().step();
            if (row.size() == size) {
                rows.add(ListValue.list(row));
                row = new ArrayList<>();
            }
            row.add(item);
        }
        if (!row.isEmpty()) {
            if (!a.isNone(1) && row.size() < size) {
                run.budget().steps(size);
                row.addAll(Collections.nCopies(size - row.size(), a.required(1)));
            }
            rows.add(ListValue.list(row));
        }
        return new Generator(rows);
    }

    private static Object slice(Rendering run, Object self, Bound a) {
        List<Object> items = copy(run, self);
        int slices = a.integer(0, 1);
        if (slices <= 0) {
            throw new Fault("integer division or modulo by zero");
        }
        run.budget().steps(slices);
        int each = items.size() / slices;
        int longer = items.size() % slices;
        List<Object> columns = new ArrayList<>();
        for (int i = 0, from = 0; i < slices; i++) {
            int to = from + each + (i < longer ? 1 : 0);
            List<Object> column = new ArrayList<>(items.subList(from, to));
            if (!a.isNone(1) && i >= longer) {
                column.add(a.required(1));
            }
            columns.add(ListValue.list(column));
            from = to;
        }
        return new Generator(columns);
    }
}
