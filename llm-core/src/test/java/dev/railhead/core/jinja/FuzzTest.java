package dev.railhead.core.jinja;

import static org.assertj.core.api.Assertions.fail;

import dev.railhead.ChatTemplateException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// Random templates: they render or throw [ChatTemplateException], nothing else.
class FuzzTest {
    private static final int TEMPLATES = 20_000;
    private static final int MAX_PIECES = 24;
    private static final int MAX_DEPTH = 5;
    private static final Limits LIMITS = new Limits(20_000, 1 << 16, 1 << 20, 400, Duration.ofSeconds(5));

    private static final Map<String, Object> VARIABLES = Map.of("x", "Text \u00e9", "l",
            List.of(1, "a", List.of(), 2.5, true), "d", Map.of("a", 1.5, "b", List.of(Map.of("a", 1))), "nan",
            Double.NaN, "big", BigInteger.TEN.pow(30));

    private static final List<String> PIECES = List.of("{{", "}}", "{%", "%}", "{#", "#}", "-", "+", " if ", " else ",
            " elif ", "endif", " for ", " in ", "endfor", " set ", "endset", "macro m(", "endmacro", " call ",
            "endcall",
            "filter ", "endfilter", " is ", " not ", " and ", " or ", "x", "m", "l", "d", "loop", ".", "(", ")", "[",
            "]",
            "{", "}", ":", ",", "|", "~", "**", "//", "%", "*", "==", "<", "=", "'a'", "1", "2.5", "true", "none",
            "upper", "join", "map(", "items", "defined", "string", "recursive", "\n", " ", "  ", "é", "👍", "\\", "'",
            "raw %}", "endraw", "break", "continue", "with ", "endwith", "caller()", "loop(", "-1");

    private static final List<String> VALUES = List.of("x", "l", "d", "nan", "big", "absent", "1", "0", "-1", "1.5",
            "'a'", "''", "'%s'", "'{0[a]:>5}'", "'\\ud83d'", "'ß👍'", "true", "none", "[]", "{}", "(1, 2)", "range(5)",
            "range(9, 0, -2)", "range", "namespace(a=1)", "cycler(1, 2)", "joiner()", "loop", "m");

    private static final List<String> SUFFIXES = List.of("|abs", "|attr('x')", "|batch(2)", "|batch(-1)", "|capitalize",
            "|center(9)", "|d(1)", "|dictsort", "|e", "|first", "|float", "|format(1)", "|groupby('a')", "|indent(-1)",
            "|int", "|int(0, 37)", "|items", "|join(1)", "|last", "|length", "|list", "|map('upper')",
            "|map(attribute='a.b.0')", "|max", "|pprint", "|reject", "|rejectattr('a')", "|replace('', 'x')",
            "|reverse", "|round(-400)", "|round(2, 'ceil')", "|safe", "|select('odd')", "|slice(3)", "|slice(9, 'y')",
            "|sort", "|sort(attribute='a,b')", "|string", "|striptags", "|sum", "|title", "|tojson(indent=-3)",
            "|tojson(separators='ab')", "|trim('a')", "|truncate(5, false, '…', -3)", "|unique", "|urlencode",
            "|wordcount", "|xmlattr", "|map('map', 'upper')", ".strip('a')", ".split('')", ".split(none, -1)",
            ".rsplit('a', 2)", ".find('', -5)", ".rfind('a', -3)", ".replace('a', 'b', -1)", ".center(5, 'ab')",
            ".zfill(-3)", ".format(1, a=2)", ".partition('a')", ".expandtabs(-4)", ".splitlines(true)",
            ".startswith(('a', 1), 2)", ".index('q')", ".join([1])", ".title()", ".get('a')", ".items()", ".next()",
            ".current", ".__class__", ".upper", "[0]", "[-1]", "['a']", "[1:]", "[::-1]", "[::0]", "[5:2:-3]",
            "[none:none]", "[-99999999999:99999999999]", "[10**30]", "[::10**20]", "[true]", " is odd",
            " is divisibleby 0");

    private static final List<String> OPERATORS = List.of("+", "-", "*", "/", "//", "%", "**", "~", "==", "<", ">=",
            "in", "not in", "and", "or", "if");

    private static String oneOf(List<String> choices, RandomGenerator random) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static void renderAll(Function<RandomGenerator, String> templates) {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < TEMPLATES; i++) {
            String source = templates.apply(random);
            try {
                Rendered.prompt(source, VARIABLES, LIMITS);
            } catch (ChatTemplateException e) {
                // what a broken template is to throw
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                fail("seed " + seed + ", template " + i + ": " + source, e);
            }
        }
    }

    @Test
    void heapsOfPieces() {
        renderAll(random -> {
            var source = new StringBuilder();
            for (int i = random.nextInt(MAX_PIECES); i > 0; i--) {
                source.append(oneOf(PIECES, random));
            }
            return source.toString();
        });
    }

    @Test
    void expressions() {
        renderAll(random -> "{{ " + expression(random, random.nextInt(MAX_DEPTH)) + " }}");
    }

    @Test
    void loopsAndMacros() {
        renderAll(random -> "{% macro m(a) %}{{ a }}{{ caller }}{% endmacro %}{% for q in "
                + expression(random, random.nextInt(MAX_DEPTH))
                + " %}{{ q }}{{ loop.changed(q) }}{{ m(q) }}{% call m(loop.nextitem) %}{{ q }}{% endcall %}{% endfor %}");
    }

    private static String expression(RandomGenerator random, int depth) {
        if (depth == 0) {
            return oneOf(VALUES, random);
        }
        return switch (random.nextInt(6)) {
            case 0 -> "(" + expression(random, depth - 1) + " " + oneOf(OPERATORS, random) + " "
                    + expression(random, depth - 1) + ")";
            case 1 -> "[" + expression(random, depth - 1) + ", " + expression(random, depth - 1) + "]";
            case 2 -> "{'a': " + expression(random, depth - 1) + ", " + oneOf(VALUES, random) + ": 1}";
            default -> "(" + expression(random, depth - 1) + ")" + oneOf(SUFFIXES, random);
        };
    }
}
