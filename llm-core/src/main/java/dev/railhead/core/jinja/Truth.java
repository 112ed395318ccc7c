package dev.railhead.core.jinja;

/// Whether a value counts as true.
final class Truth {
    private Truth() {}

    static boolean of(Object value) {
        return switch (value) {
            case Boolean bool -> bool;
            case None _,Undefined _ -> false;
            case Text text -> !text.isEmpty();
            case Long number -> number != 0;
            case Double number -> number != 0;
            case ListValue list -> !list.items().isEmpty();
            case DictValue dict -> dict.size() > 0;
            case RangeValue range -> !range.items().isEmpty();
            case View view -> !view.items().isEmpty();
            default -> true; // a BigInteger is one because it is too large for a long
        };
    }
}
