package dev.railhead.core.jinja;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// The arguments of a built-in function by the index of their parameter.
final class Bound {
    private final Signature signature;
    private final @Nullable Object[] values;

    Bound(Signature signature, @Nullable Object[] values) {
        this.signature = signature;
        this.values = values;
    }

    /// The argument, or null if it was left out.
    @Nullable
    Object get(int index) {
        return values[index];
    }

    /// The argument, or a default if it was left out.
    Object get(int index, Object defaultValue) {
        Object value = values[index];
        return value == null ? defaultValue : value;
    }

    /// Whether the argument was left out or is None.
    boolean isNone(int index) {
        return values[index] == null || values[index] == None.NONE;
    }

    /// The argument of a required parameter.
    Object required(int index) {
        Object value = values[index];
        if (value == null) {
            throw new IllegalArgumentException(signature + " has no required parameter " + index);
        }
        return value;
    }

    boolean truth(int index, boolean defaultValue) {
        Object value = values[index];
        return value == null ? defaultValue : Truth.of(value);
    }

    Text text(int index, String defaultValue) {
        Object value = values[index];
        return value == null ? Text.content(defaultValue) : text(index, value);
    }

    Text text(int index) {
        return text(index, required(index));
    }

    private Text text(int index, Object value) {
        return switch (value) {
            case Text text -> text;
            case Undefined undefined -> throw undefined.fault();
            default -> throw new Fault(signature.name() + "() argument '" + signature.parameters().get(index)
                    + "' must be str, not " + Types.name(value));
        };
    }

    /// An integer, cut to the range of int.
    int integer(int index, int defaultValue) {
        return switch (values[index]) {
            case null -> defaultValue;
            case Boolean bool -> bool ? 1 : 0;
            case Long number -> Math.clamp(number, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case BigInteger number -> number.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
            case Undefined undefined -> throw undefined.fault();
            case Object other -> throw new Fault(
                    "'" + Types.name(other) + "' object cannot be interpreted as an integer");
        };
    }
}
