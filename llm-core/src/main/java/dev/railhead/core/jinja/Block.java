package dev.railhead.core.jinja;

/// `{% block name %}…{% endblock %}`. No other template can replace it here, so it is written where it stands; it sees
/// the variables of the template's top level only, unless it is `scoped`.
///
/// @param isRequired whether another template would have to fill it
record Block(int line, String name, boolean isScoped, boolean isRequired, Statements.Body body) implements Statement {
    @Override
    public Signal execute(Scope scope) {
        scope.run().at(line);
        if (isRequired) {
            throw new Fault("Required block '" + name + "' not found");
        }
        body.execute(isScoped ? scope.inner() : scope.top().inner());
        return Signal.NEXT;
    }
}
