package dev.railhead.core.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kinds of statements, but for loops ([For]) and macros ([MacroStatements]).
final class Statements {
    private Statements() {}

    /// One after another; counts as a level of nesting.
    record Body(List<Statement> statements) implements Statement {
        /// Whether there is nothing but white space.
        boolean isBlank() {
            return statements.stream()
                    .allMatch(statement -> statement instanceof Data(Text text) && text.string().isBlank());
        }

        @Override
        public Signal execute(Scope scope) {
            scope.budget().enter();
            Signal signal = Signal.NEXT;
            for (int i = 0; i < statements.size() && signal == Signal.NEXT; i++) {
                signal = statements.get(i).execute(scope);
            }
            scope.budget().leave();
            return signal;
        }
    }

    /// Text between tags.
    record Data(Text text) implements Statement {
        @Override
        public Signal execute(Scope scope) {
            scope.budget().step();
            scope.run().out().append(text);
            return Signal.NEXT;
        }
    }

    /// `{{ value }}`
    record Output(int line, Expression value) implements Statement {
        @Override
        public Signal execute(Scope scope) {
            scope.run().at(line);
            Text text = Printing.str(scope.run(), value.evaluate(scope));
            scope.run().out().append(text);
            return Signal.NEXT;
        }
    }

    /// A test and what is done if it holds.
    record Branch(int line, Expression test, Body body) {}

    /// `{% if %}` with its `elif` and `else`.
    record If(List<Branch> branches, @Nullable Body otherwise) implements Statement {
        @Override
        public Signal execute(Scope scope) {
            for (Branch branch : branches) {
                scope.run().at(branch.line);
                if (Truth.of(branch.test.evaluate(scope))) {
                    return branch.body.execute(scope);
                }
            }
            return otherwise == null ? Signal.NEXT : otherwise.execute(scope);
        }
    }

    /// `{% set target = value %}`
    record Assign(int line, Target target, Expression value) implements Statement {
        @Override
        public Signal execute(Scope scope) {
            scope.run().at(line);
            target.assign(scope, value.evaluate(scope));
            return Signal.NEXT;
        }
    }

    /// `{% set target %}…{% endset %}`, the text through filters
    record AssignBlock(int line, Target target, List<Chain.Link> filters, Body body) implements Statement {
        @Override
        public Signal execute(Scope scope) {
            scope.run().at(line);
            target.assign(scope, filtered(scope, filters, body));
            return Signal.NEXT;
        }
    }

    /// `{% filter name %}…{% endfilter %}`
    record FilterBlock(int line, List<Chain.Link> filters, Body body) implements Statement {
        @Override
        public Signal execute(Scope scope) {
            scope.run().at(line);
            if (!(filtered(scope, filters, body) instanceof Text text)) {
                throw new Fault("the filters of a filter block must give a text");
            }
            scope.run().out().append(text);
            return Signal.NEXT;
        }
    }

    private static Object filtered(Scope scope, List<Chain.Link> filters, Body body) {
        Scope inner = scope.inner();
        Object value = scope.run().capture(() -> body.execute(inner));
        for (Chain.Link filter : filters) {
            value = filter.follow(inner, value);
        }
        return value;
    }

    /// `{% with target = value, … %}…{% endwith %}`
    record With(int line, List<Target> targets, List<Expression> values, Body body) implements Statement {
        @Override
        public Signal execute(Scope scope) {
            scope.run().at(line);
            Scope inner = scope.inner();
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).assign(inner, values.get(i).evaluate(scope));
            }
            return body.execute(inner);
        }
    }

    /// `{% break %}`, `{% continue %}`
    record Jump(Signal signal) implements Statement {
        @Override
        public Signal execute(Scope scope) {
            scope.budget().step();
            return signal;
        }
    }
}
