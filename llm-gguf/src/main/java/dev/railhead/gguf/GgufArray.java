package dev.railhead.gguf;

import java.lang.reflect.Array;

/// An array value to be written.
///
/// @param elementType type of the elements
/// @param elements `long[]` for integers of any width, `double[]` for both widths of floats, `boolean[]`, `String[]`,
///     or `GgufArray[]` for nested arrays
public record GgufArray(ValueType elementType, Object elements) {
    /// Checks that the elements are of the type.
    public GgufArray {
        Class<?> expected = switch (elementType) {
            case STRING -> String[].class;
            case BOOL -> boolean[].class;
            case ARRAY -> GgufArray[].class;
            case FLOAT32, FLOAT64 -> double[].class;
            default -> long[].class;
        };
        if (!expected.isInstance(elements)) {
            throw new IllegalArgumentException("elements of type " + elementType + ": expected "
                    + expected.getSimpleName() + ", found " + elements.getClass().getSimpleName());
        }
    }

    int length() {
        return Array.getLength(elements);
    }

    Object element(int i) {
        return Array.get(elements, i);
    }
}
