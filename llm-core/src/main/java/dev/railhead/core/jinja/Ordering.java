package dev.railhead.core.jinja;

import java.util.List;

/// Python's `<`, `<=`, `>`, `>=`.
final class Ordering {
    private Ordering() {}

    /// Compares two values.
    ///
    /// @param operator for the message
    /// @throws Fault if the types have no order
    static int compare(Budget budget, Object a, Object b, String operator) {
        if (Types.isNumber(a) && Types.isNumber(b)) {
            return Numbers.compare(a, b);
        }
        if (a instanceof Text x && b instanceof Text y) {
            budget.search(Math.min(x.length(), y.length()), 1);
            return compareCodePoints(x.string(), y.string());
        }
        if (a instanceof ListValue x && b instanceof ListValue y && x.isTuple() == y.isTuple()) {
            return compare(budget, x.items(), y.items(), operator);
        }
        if (a instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (b instanceof Undefined undefined) {
            throw undefined.fault();
        }
        throw new Fault("'" + operator + "' not supported between instances of '" + Types.name(a) + "' and '"
                + Types.name(b) + "'");
    }

    private static int compare(Budget budget, List<Object> a, List<Object> b, String operator) {
        budget.enter();
        int shorter = Math.min(a.size(), b.size());
        for (int i = 0; i < shorter; i++) {
            budget.step();
            if (!Equality.equal(budget, a.get(i), b.get(i))) {
                int order = compare(budget, a.get(i), b.get(i), operator);
                budget.leave();
                return order;
            }
        }
        budget.leave();
        return Integer.compare(a.size(), b.size());
    }

    /// By code points; UTF-16 units would put surrogates before U+E000.
    private static int compareCodePoints(String a, String b) {
        int at = 0;
        int shorter = Math.min(a.length(), b.length());
        while (at < shorter && a.charAt(at) == b.charAt(at)) {
            at++;
        }
        if (at == shorter) {
            return Integer.compare(a.length(), b.length());
        }
        if (at > 0 && Character.isHighSurrogate(a.charAt(at - 1))) {
            at--;
        }
        return Integer.compare(a.codePointAt(at), b.codePointAt(at));
    }

    /// Whether a comparison holds; NaN makes each of them false.
    static boolean holds(Budget budget, String operator, Object a, Object b) {
        if (Types.isNumber(a) && Types.isNumber(b) && (Numbers.isNaN(a) || Numbers.isNaN(b))) {
            return false;
        }
        int order = compare(budget, a, b, operator);
        return switch (operator) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }
}
