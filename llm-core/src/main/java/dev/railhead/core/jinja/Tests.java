package dev.railhead.core.jinja;

/// The tests by name: what stands after `is`.
final class Tests {
    private static final Builtins TABLE = new Builtins();

    static {
        TABLE.add("defined()", (run, self, a) -> !(self instanceof Undefined))
                .add("undefined()", (run, self, a) -> self instanceof Undefined)
                .add("none()", (run, self, a) -> self == None.NONE)
                .add("boolean()", (run, self, a) -> self instanceof Boolean)
                .add("true()", (run, self, a) -> Boolean.TRUE.equals(self))
                .add("false()", (run, self, a) -> Boolean.FALSE.equals(self))
                .add("integer()", (run, self, a) -> Types.isInteger(self) && !(self instanceof Boolean))
                .add("float()", (run, self, a) -> self instanceof Double)
                .add("number()", (run, self, a) -> Types.isNumber(self))
                .add("string()", (run, self, a) -> self instanceof Text)
                .add("mapping()", (run, self, a) -> self instanceof DictValue)
                .add("sequence()", (run, self, a) -> switch (self) {
                    case Text _,ListValue _,DictValue _,RangeValue _,Undefined _ -> true;
                    default -> false;
                })
                .add("iterable()", (run, self, a) -> Iteration.isPossible(self))
                .add("callable()", (run, self, a) -> self instanceof Callable || self instanceof Undefined)
                .add("escaped()", (run, self, a) -> self instanceof Text text && text.isMarkup())
                .add("lower()", (run, self, a) -> StringTests.isLower(StringTests.read(run, Printing.str(run, self))))
                .add("upper()", (run, self, a) -> StringTests.isUpper(StringTests.read(run, Printing.str(run, self))))
                .add("odd()", (run, self, a) -> isRest(run, self, 2L, 1L))
                .add("even()", (run, self, a) -> isRest(run, self, 2L, 0L))
                .add("divisibleby(num)", (run, self, a) -> isRest(run, self, a.required(0), 0L))
                .add("sameas(other)", (run, self, a) -> isSame(self, a.required(0)))
                .add("in(seq)", (run, self, a) -> Iteration.contains(run, a.required(0), self))
                .add("filter()",
                        (run, self, a) -> Keys.of(run.budget(), self) instanceof String name && Filters.exists(name))
                .add("test()", (run, self, a) -> Keys.of(run.budget(), self) instanceof String name && exists(name));
        addComparison("==", "eq", "equalto");
        addComparison("!=", "ne");
        addComparison("<", "lt", "lessthan");
        addComparison("<=", "le");
        addComparison(">", "gt", "greaterthan");
        addComparison(">=", "ge");
    }

    private Tests() {}

    private static void addComparison(String operator, String... names) {
        TABLE.add(operator + "(other)",
                (run, self, a) -> Expressions.Comparison.compare(run, operator, self, a.required(0)));
        for (String name : names) {
            TABLE.alias(name, operator);
        }
    }

    static boolean apply(Rendering run, String name, Object value, Arguments arguments) {
        Builtins.OpenBody test = TABLE.find(name);
        if (test == null) {
            throw new Fault("No test named '" + name + "' found.");
        }
        return Truth.of(test.call(run, value, arguments));
    }

    private static boolean exists(String name) {
        return TABLE.find(name) != null;
    }

    private static boolean isRest(Rendering run, Object number, Object divisor, Object rest) {
        return Equality.equal(run.budget(), Arithmetic.apply(run, "%", number, divisor), rest);
    }

    /// Python's `is`: small values that are equal are the same object.
    private static boolean isSame(Object a, Object b) {
        return a == b
                || a.getClass() == b.getClass() && (a instanceof Boolean || a instanceof Long || a instanceof Text)
                        && a.equals(b);
    }
}
