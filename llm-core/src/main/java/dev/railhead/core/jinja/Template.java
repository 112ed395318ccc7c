package dev.railhead.core.jinja;

import dev.railhead.ChatTemplateException;
import dev.railhead.ChatTemplateLimitException;
import dev.railhead.ChatTemplateRejectedException;
import dev.railhead.RenderedPrompt;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A parsed template. Immutable and safe for use by any thread.
public final class Template {
    /// Published templates have up to some 30,000 characters.
    static final int MAX_LENGTH = 1 << 20;

    private final String name;
    private final Statements.Body body;
    private final Map<String, Block> blocks;

    private Template(String name, Statements.Body body, Map<String, Block> blocks) {
        this.name = name;
        this.body = body;
        this.blocks = blocks;
    }

    /// Parses a template.
    ///
    /// @param name what messages call it
    /// @throws ChatTemplateException with the line if it can't be read
    public static Template parse(String name, String source) {
        if (source.length() > MAX_LENGTH) {
            throw new ChatTemplateException(name + ": expected at most " + MAX_LENGTH + " characters, found "
                    + source.length());
        }
        var errors = new SourceErrors(name);
        var stream = new TokenStream(Lexer.tokens(source, errors), errors);
        var parser = new StatementParser(stream);
        Statements.Body body = parser.template();
        return new Template(name, body, Map.copyOf(parser.blocks()));
    }

    /// Renders the template.
    ///
    /// @param variables by name: null, strings, numbers, booleans, lists and maps of them. Strings count as content, but
    ///     for [TrustedText]
    /// @param clock for `strftime_now`
    /// @param nanoTime for the limit of time: monotonic, as [System#nanoTime()]
    /// @throws IllegalArgumentException if a variable is none of these
    /// @throws ChatTemplateException with the line if an operation fails
    /// @throws ChatTemplateRejectedException if the template itself refuses the variables
    /// @throws ChatTemplateLimitException if a limit is exceeded
    public RenderedPrompt render(Map<String, ? extends @Nullable Object> variables, Limits limits, Clock clock,
            LongSupplier nanoTime) {
        var run = new Rendering(new Budget(limits, nanoTime), clock);
        try {
            Map<String, Object> values = new HashMap<>();
            variables.forEach((name, value) -> values.put(name, Values.of(run.budget(), value, name)));
            Scope top = Scope.root(run, values);
            top.set("self", new Self(blocks, top));
            body.execute(top);
            Text text = run.out().toText();
            return RenderedPrompt.of(text.string(), text.trusted());
        } catch (Fault fault) {
            throw exception(fault, this.name + ", line " + run.line() + ": ");
        }
    }

    private static ChatTemplateException exception(Fault fault, String place) {
        String text = String.valueOf(fault.getMessage());
        return switch (fault.kind()) {
            case RAISED -> new ChatTemplateRejectedException(place + "the template refuses the conversation: " + text,
                    text);
            case LIMIT -> new ChatTemplateLimitException(place + text);
            case OPERATION -> new ChatTemplateException(place + text);
        };
    }
}
