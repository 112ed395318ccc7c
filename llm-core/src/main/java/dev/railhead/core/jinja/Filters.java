package dev.railhead.core.jinja;

/// The filters by name. Each group has a file of its own.
final class Filters {
    private static final Builtins TABLE = new Builtins();

    static {
        TextFilters.addTo(TABLE);
        HtmlFilters.addTo(TABLE);
        NumberFilters.addTo(TABLE);
        SequenceFilters.addTo(TABLE);
        OrderFilters.addTo(TABLE);
        SelectionFilters.addTo(TABLE);
        ValueFilters.addTo(TABLE);
    }

    private Filters() {}

    static boolean exists(String name) {
        return TABLE.find(name) != null;
    }

    static Object apply(Rendering run, String name, Object value, Arguments arguments) {
        Builtins.OpenBody filter = TABLE.find(name);
        if (filter == null) {
            throw new Fault("No filter named '" + name + "' found.");
        }
        return filter.call(run, value, arguments);
    }
}
