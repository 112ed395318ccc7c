package dev.railhead.core.jinja;

import java.math.BigInteger;

/// Python's names of the types of values.
final class Types {
    private Types() {}

    static String name(Object value) {
        return switch (value) {
            case Text text -> text.isMarkup() ? "Markup" : "str";
            case None _ -> "NoneType";
            case Boolean _ -> "bool";
            case Long _,BigInteger _ -> "int";
            case Double _ -> "float";
            case ListValue list -> list.isTuple() ? "tuple" : "list";
            case DictValue _ -> "dict";
            case RangeValue _ -> "range";
            case View view -> view.type();
            case Generator _ -> "generator";
            case Namespace _ -> "Namespace";
            case Undefined _ -> "Undefined";
            case Callable _ -> "function";
            default -> value.getClass().getSimpleName();
        };
    }

    /// As it stands in messages about undefined values: `None`, `str object`.
    static String description(Object value) {
        return value == None.NONE ? "None" : name(value) + " object";
    }

    /// Whether the value is an int, a bool included.
    static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof BigInteger || value instanceof Boolean;
    }

    static boolean isNumber(Object value) {
        return isInteger(value) || value instanceof Double;
    }
}
