package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Filters that sort and compare the elements of values. Texts are compared in lower case unless told otherwise.
final class OrderFilters {
    private OrderFilters() {}

    /// An element and what it is compared by.
    private record Keyed(Object item, Object key) {}

    static void addTo(Builtins table) {
        table.add("sort(reverse=, case_sensitive=, attribute=)", OrderFilters::sort)
                .add("unique(case_sensitive=, attribute=)", OrderFilters::unique)
                .add("min(case_sensitive=, attribute=)", (run, self, a) -> extreme(run, self, a, false))
                .add("max(case_sensitive=, attribute=)", (run, self, a) -> extreme(run, self, a, true))
                .add("dictsort(case_sensitive=, by=, reverse=)", OrderFilters::sortDict)
                .add("groupby(attribute, default=, case_sensitive=)", OrderFilters::group);
    }

    private static List<Keyed> keyed(Rendering run, List<Object> items, Object attribute, boolean caseSensitive) {
        run.budget().steps(items.size());
        List<Keyed> keyed = new ArrayList<>(items.size());
        for (Object item : items) {
            keyed.add(new Keyed(item, key(run, item, attribute, caseSensitive)));
        }
        return keyed;
    }

    private static Object key(Rendering run, Object item, Object attribute, boolean caseSensitive) {
        return folded(run, attribute == None.NONE ? item : Attributes.path(run, item, attribute), caseSensitive);
    }

    /// By one or several attributes, with commas between them. The key is always a list, in which values without an
    /// order can stand as long as they are equal: elements that all lack the attribute stay as they are.
    private static Object sort(Rendering run, Object self, Bound a) {
        List<Keyed> keyed = new ArrayList<>();
        for (Object item : Iteration.of(self)) {
            run.budget().step();
            List<Object> parts = new ArrayList<>();
            for (Object path : paths(a.get(2, None.NONE))) {
                parts.add(key(run, item, path, a.truth(1, false)));
            }
            keyed.add(new Keyed(item, ListValue.list(parts)));
        }
        return ListValue.list(items(sorted(run, keyed, a.truth(0, false))));
    }

    private static List<Object> paths(Object attribute) {
        if (!(attribute instanceof Text text)) {
            return List.of(attribute);
        }
        return Arrays.stream(text.string().split(",", -1)).<Object>map(Text::content).toList();
    }

    private static Object folded(Rendering run, Object value, boolean caseSensitive) {
        return value instanceof Text text && !caseSensitive ? StringMethods.lower(run, text) : value;
    }

    private static List<Keyed> sorted(Rendering run, List<Keyed> keyed, boolean reverse) {
        Comparator<Keyed> order = (x, y) -> {
            run.budget().step();
            return Ordering.compare(run.budget(), x.key, y.key, "<");
        };
        keyed.sort(reverse ? order.reversed() : order);
        return keyed;
    }

    private static List<Object> items(List<Keyed> keyed) {
        List<Object> items = new ArrayList<>(keyed.size());
        keyed.forEach(element -> items.add(element.item));
        return items;
    }

    private static Object unique(Rendering run, Object self, Bound a) {
        Set<Object> seen = new HashSet<>();
        List<Object> unique = new ArrayList<>();
        for (Keyed element : keyed(run, Iteration.of(self), a.get(1, None.NONE), a.truth(0, false))) {
            if (seen.add(Keys.of(run.budget(), element.key))) {
                unique.add(element.item);
            }
        }
        return new Generator(unique);
    }

    private static Object extreme(Rendering run, Object self, Bound a, boolean largest) {
        List<Keyed> elements = keyed(run, Iteration.of(self), a.get(1, None.NONE), a.truth(0, false));
        if (elements.isEmpty()) {
            return new Undefined("No aggregated item, sequence was empty.");
        }
        Keyed best = elements.getFirst();
        for (Keyed element : elements.subList(1, elements.size())) {
            run.budget().step();
            int order = Ordering.compare(run.budget(), element.key, best.key, largest ? ">" : "<");
            if (largest ? order > 0 : order < 0) {
                best = element;
            }
        }
        return best.item;
    }

    private static Object sortDict(Rendering run, Object self, Bound a) {
        if (!(self instanceof DictValue dict)) {
            throw self instanceof Undefined undefined
                    ? undefined.fault()
                    : new Fault("'" + Types.name(self) + "' object has no attribute 'items'");
        }
        long by = switch (a.text(1, "key").string()) {
            case "key" -> 0;
            case "value" -> 1;
            default -> throw new Fault("You can only sort by either \"key\" or \"value\"");
        };
        return ListValue.list(
                items(sorted(run, keyed(run, dict.items(), by, a.truth(0, false)), a.truth(2, false))));
    }

    private static Object group(Rendering run, Object self, Bound a) {
        List<Keyed> elements = new ArrayList<>();
        for (Object item : Iteration.of(self)) {
            run.budget().step();
            Object known = Attributes.path(run, item, a.required(0), a.get(1));
            elements.add(new Keyed(ListValue.tuple(known, item), folded(run, known, a.truth(2, false))));
        }
        sorted(run, elements, false);
        List<Object> groups = new ArrayList<>();
        for (int from = 0; from < elements.size();) {
            List<Object> members = new ArrayList<>();
            int to = from;
            while (to < elements.size()
                    && Equality.equal(run.budget(), elements.get(from).key, elements.get(to).key)) {
                members.add(((ListValue) elements.get(to).item).items().get(1));
                to++;
            }
            Object grouper = ((ListValue) elements.get(from).item).items().getFirst();
            groups.add(new ListValue(List.of(grouper, ListValue.list(members)), true, List.of("grouper", "list")));
            from = to;
        }
        return ListValue.list(groups);
    }
}
