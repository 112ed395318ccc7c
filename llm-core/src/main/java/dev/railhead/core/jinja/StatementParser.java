package dev.railhead.core.jinja;

import dev.railhead.core.jinja.Statements.Body;
import dev.railhead.core.jinja.Statements.Branch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Parses texts, outputs and blocks.
final class StatementParser {
    private static final Set<String> OTHER_TEMPLATES = Set.of("extends", "include", "import", "from");

    private final TokenStream stream;
    private final ExpressionParser expressions;
    private final MacroParser macros;
    private final AssignmentParser assignments;
    private final BlockParser blocks;
    private int loops;

    StatementParser(TokenStream stream) {
        this.stream = stream;
        this.expressions = new ExpressionParser(stream);
        this.macros = new MacroParser(stream, expressions, this);
        this.assignments = new AssignmentParser(stream, expressions, this);
        this.blocks = new BlockParser(stream, this);
    }

    /// The whole template.
    Body template() {
        return body();
    }

    /// The blocks of the template, once it is parsed.
    Map<String, Block> blocks() {
        return blocks.blocks();
    }

    /// Statements up to a block that begins with one of the names, which is left, or to the end of the template.
    private Body body(String... ends) {
        stream.enter();
        List<Statement> statements = new ArrayList<>();
        while (!isEnd(ends)) {
            Token token = stream.next();
            switch (token.kind()) {
                case DATA -> statements.add(new Statements.Data(Text.template(token.text())));
                case VARIABLE_BEGIN -> {
                    statements.add(new Statements.Output(token.line(),
                            expressions.primaries().tuple(true, false)));
                    if (!stream.isAt(Token.Kind.VARIABLE_END)) {
                        throw stream.expected("'}}'");
                    }
                    stream.next();
                }
                default -> statements.add(block(token.line()));
            }
        }
        stream.leave();
        return new Body(statements);
    }

    private boolean isEnd(String... ends) {
        if (stream.isAt(Token.Kind.END)) {
            if (ends.length > 0) {
                throw stream.expected("'{% " + ends[ends.length - 1] + " %}'");
            }
            return true;
        }
        if (stream.isAt(Token.Kind.BLOCK_BEGIN)) {
            for (String end : ends) {
                if (stream.following().is(Token.Kind.NAME, end)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Goes over the tag that ends a body.
    private String end() {
        stream.next();
        return stream.next().text();
    }

    /// Statements up to the block of a name, which is gone over.
    Body bodyBefore(String end) {
        Body body = body(end);
        end();
        stream.expectBlockEnd();
        return body;
    }

    /// As [#bodyBefore(String)], inside something that a jump can't leave.
    Body closedBody(String end) {
        return closedBody(end, "");
    }

    /// As [#closedBody(String)]; a name can stand behind the word that ends it.
    Body closedBody(String end, String name) {
        int outer = loops;
        loops = 0;
        Body body = body(end);
        end();
        stream.skipName(name);
        stream.expectBlockEnd();
        loops = outer;
        return body;
    }

    private Statement block(int line) {
        String name = stream.name("the name of a block");
        return switch (name) {
            case "if" -> conditional(line);
            case "for" -> loop(line);
            case "set" -> assignments.set(line);
            case "block" -> blocks.block(line);
            case "macro" -> macros.macro();
            case "call" -> macros.call(line);
            case "filter" -> {
                List<Chain.Link> filters = assignments.filters();
                stream.expectBodyBegin();
                yield new Statements.FilterBlock(line, filters, closedBody("endfilter"));
            }
            case "with" -> assignments.with(line);
            case "generation" -> {
                stream.expectBodyBegin();
                yield new Statements.With(line, List.of(), List.of(), closedBody("endgeneration"));
            }
            case "print" -> {
                List<Statement> outputs = new ArrayList<>();
                do {
                    outputs.add(new Statements.Output(line, expressions.expression()));
                } while (stream.skipOperator(","));
                stream.expectBlockEnd();
                yield new Body(outputs);
            }
            case "break" -> jump(line, name, Statement.Signal.BREAK);
            case "continue" -> jump(line, name, Statement.Signal.CONTINUE);
            default -> throw stream.error(line, OTHER_TEMPLATES.contains(name)
                    ? "'" + name + "' needs other templates; a chat template stands alone"
                    : "expected the name of a block such as 'if', 'for' or 'set', found '" + name + "'");
        };
    }

    private Statement jump(int line, String name, Statement.Signal signal) {
        if (loops == 0) {
            throw stream.error(line, "'" + name + "' outside of a loop");
        }
        stream.expectBlockEnd();
        return new Statements.Jump(signal);
    }

    private Statement conditional(int line) {
        List<Branch> branches = new ArrayList<>();
        Body otherwise = null;
        int branchLine = line;
        String end = "elif";
        while (end.equals("elif")) {
            Expression test = expressions.primaries().tuple(false, false);
            stream.expectBodyBegin();
            branches.add(new Branch(branchLine, test, body("elif", "else", "endif")));
            branchLine = stream.line();
            end = end();
        }
        if (end.equals("else")) {
            stream.expectBodyBegin();
            otherwise = body("endif");
            end();
        }
        stream.expectBlockEnd();
        return new Statements.If(branches, otherwise);
    }

    private Statement loop(int line) {
        Target target = assignments.target("in", false);
        if (target instanceof Target.NameTarget(String name) && name.equals("loop")) {
            throw stream.error(line, "the name 'loop' is taken in a loop");
        }
        stream.expectName("in");
        Expression iterable = expressions.primaries().tuple(false, false, "recursive", "if");
        Expression test = stream.skipName("if") ? expressions.expression() : null;
        boolean isRecursive = stream.skipName("recursive");
        stream.expectBodyBegin();
        loops++;
        Body body = body("else", "endfor");
        loops--;
        Body otherwise = null;
        if (end().equals("else")) {
            stream.expectBodyBegin();
            otherwise = body("endfor");
            end();
        }
        stream.expectBlockEnd();
        return new For(line, target, iterable, test, isRecursive, body, otherwise);
    }
}
