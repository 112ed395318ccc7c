package dev.railhead.core.jinja;

import java.util.List;

/// Filters for values of any kind.
final class ValueFilters {
    private ValueFilters() {}

    static void addTo(Builtins table) {
        table.add("default(default_value=, boolean=)", (run, self, a) -> {
            boolean absent = self instanceof Undefined || a.truth(1, false) && !Truth.of(self);
            return absent ? a.get(0, Text.EMPTY) : self;
        })
                .alias("d", "default")
                .add("items()", (run, self, a) -> switch (self) {
                    case Undefined _ -> new Generator(List.of());
                    case DictValue dict -> new Generator(dict.items());
                    default -> throw new Fault("Can only get item pairs from a mapping.");
                })
                .add("attr(name)", (run, self, a) -> {
                    Object value = Attributes.attribute(run, self instanceof DictValue ? new DictValue() : self,
                            a.text(0).string());
                    return value instanceof Undefined ? Undefined.attribute(self, a.text(0).string()) : value;
                })
                .add("pprint()", (run, self, a) -> Printing.repr(run, self))
                .add("tojson(ensure_ascii=, indent=, separators=, sort_keys=)",
                        (run, self, a) -> Json.write(run, self, style(run, a)));
    }

    private static Json.Style style(Rendering run, Bound a) {
        boolean pretty = !a.isNone(1);
        String indent = !pretty ? "" : a.required(1) instanceof Text text ? text.string() : spaces(run, a);
        Text items = Text.content(pretty ? "," : ", ");
        Text keys = Text.content(": ");
        if (!a.isNone(2)) {
            List<Object> separators = Iteration.of(a.required(2));
            if (separators.size() != 2 || !(separators.getFirst() instanceof Text first)
                    || !(separators.getLast() instanceof Text second)) {
                throw new Fault("tojson() separators must be a tuple of two strings");
            }
            items = first;
            keys = second;
        }
        return new Json.Style(a.truth(0, false), pretty, indent, items, keys, a.truth(3, false));
    }

    private static String spaces(Rendering run, Bound a) {
        int width = Math.max(0, a.integer(1, 0));
        run.budget().text(width);
        return " ".repeat(width);
    }
}
