package dev.railhead.core.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kinds of expressions, but for what follows a value ([Chain]). Each that holds others counts as a level of
/// nesting.
final class Expressions {
    private Expressions() {}

    record Literal(Object value) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return value;
        }
    }

    record Name(String name) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            scope.budget().step();
            return scope.get(name);
        }
    }

    record ListLiteral(List<Expression> items, boolean isTuple) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            scope.budget().enter();
            List<Object> values = new ArrayList<>(items.size());
            for (Expression item : items) {
                values.add(item.evaluate(scope));
            }
            scope.budget().leave();
            return new ListValue(values, isTuple);
        }
    }

    /// @param values one for each key
    record DictLiteral(List<Expression> keys, List<Expression> values) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            scope.budget().enter();
            var dict = new DictValue();
            for (int i = 0; i < keys.size(); i++) {
                dict.put(scope.budget(), keys.get(i).evaluate(scope), values.get(i).evaluate(scope));
            }
            scope.budget().leave();
            return dict;
        }
    }

    /// `value if test else otherwise`
    record Conditional(Expression test, Expression value, @Nullable Expression otherwise) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            scope.budget().enter();
            Object result;
            if (Truth.of(test.evaluate(scope))) {
                result = value.evaluate(scope);
            } else if (otherwise != null) {
                result = otherwise.evaluate(scope);
            } else {
                result = new Undefined(
                        "the inline if-expression evaluated to false and no else section was defined.");
            }
            scope.budget().leave();
            return result;
        }
    }

    /// `a and b and c`, or the same with `or`: the first operand that decides, else the last.
    record Logic(boolean isAnd, List<Expression> operands) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            scope.budget().enter();
            Object value = operands.getFirst().evaluate(scope);
            for (int i = 1; i < operands.size() && Truth.of(value) == isAnd; i++) {
                value = operands.get(i).evaluate(scope);
            }
            scope.budget().leave();
            return value;
        }
    }

    record Not(Expression operand) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            scope.budget().enter();
            boolean value = !Truth.of(operand.evaluate(scope));
            scope.budget().leave();
            return value;
        }
    }

    record Sign(boolean negative, Expression operand) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            scope.budget().enter();
            Object value = operand.evaluate(scope);
            scope.budget().leave();
            return negative ? Arithmetic.negative(value) : Arithmetic.positive(value);
        }
    }

    /// `a < b <= c`: each neighbours' comparison must hold.
    ///
    /// @param operators one less than operands
    record Comparison(List<String> operators, List<Expression> operands) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            scope.budget().enter();
            boolean holds = true;
            Object left = operands.getFirst().evaluate(scope);
            for (int i = 0; i < operators.size() && holds; i++) {
                Object right = operands.get(i + 1).evaluate(scope);
                holds = compare(scope.run(), operators.get(i), left, right);
                left = right;
            }
            scope.budget().leave();
            return holds;
        }

        static boolean compare(Rendering run, String operator, Object left, Object right) {
            return switch (operator) {
                case "==" -> Equality.equal(run.budget(), left, right);
                case "!=" -> !Equality.equal(run.budget(), left, right);
                case "in" -> Iteration.contains(run, right, left);
                case "not in" -> !Iteration.contains(run, right, left);
                default -> Ordering.holds(run.budget(), operator, left, right);
            };
        }
    }

    /// `a ~ b ~ c`
    record Concatenation(List<Expression> operands) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            scope.budget().enter();
            var out = new TextBuilder(scope.budget());
            for (Expression operand : operands) {
                out.append(Printing.str(scope.run(), operand.evaluate(scope)));
            }
            scope.budget().leave();
            return out.toText();
        }
    }
}
