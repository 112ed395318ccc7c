package dev.railhead.core.jinja;

import java.util.List;

/// Python's `==`.
final class Equality {
    private Equality() {}

    static boolean equal(Budget budget, Object a, Object b) {
        if (a == b) {
            return !Numbers.isNaN(a);
        }
        if (Types.isNumber(a) && Types.isNumber(b)) {
            return !Numbers.isNaN(a) && !Numbers.isNaN(b) && Numbers.compare(a, b) == 0;
        }
        return switch (a) {
            case Text x -> b instanceof Text y && equal(budget, x, y);
            case Undefined _ -> b instanceof Undefined;
            case ListValue(List<Object> x, boolean isTuple, _) -> b instanceof ListValue y && isTuple == y.isTuple()
                    && equal(budget, x, y.items());
            case DictValue x -> b instanceof DictValue y && equal(budget, x, y);
            case View x -> b instanceof View y && equal(budget, x.items(), y.items());
            case RangeValue x -> b instanceof RangeValue y && x.items().equals(y.items());
            default -> false;
        };
    }

    private static boolean equal(Budget budget, Text a, Text b) {
        if (a.length() != b.length()) {
            return false;
        }
        budget.search(a.length(), 1);
        return a.equals(b);
    }

    private static boolean equal(Budget budget, List<Object> a, List<Object> b) {
        if (a.size() != b.size()) {
            return false;
        }
        budget.enter();
        budget.steps(a.size());
        boolean equal = true;
        for (int i = 0; equal && i < a.size(); i++) {
            equal = equal(budget, a.get(i), b.get(i));
        }
        budget.leave();
        return equal;
    }

    private static boolean equal(Budget budget, DictValue a, DictValue b) {
        if (a.size() != b.size()) {
            return false;
        }
        budget.enter();
        budget.steps(a.size());
        boolean equal = true;
        for (DictValue.Entry entry : a.entries()) {
            Object other = b.get(budget, entry.key());
            equal = equal && other != null && equal(budget, entry.value(), other);
        }
        budget.leave();
        return equal;
    }
}
