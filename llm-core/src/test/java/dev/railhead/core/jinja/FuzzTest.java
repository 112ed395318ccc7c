package dev.railhead.core.jinja;

import static org.assertj.core.api.Assertions.fail;

import dev.railhead.ChatTemplateException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// Random templates, most of them broken: they render or throw [ChatTemplateException], nothing else.
class FuzzTest {
    private static final int TEMPLATES = 20_000;
    private static final int MAX_PIECES = 24;
    private static final Limits LIMITS = new Limits(20_000, 1 << 16, 1 << 20, 200, Duration.ofSeconds(5));
    private static final List<String> PIECES = List.of("{{", "}}", "{%", "%}", "{#", "#}", "-", "+", " if ", " else ",
            " elif ", "endif", " for ", " in ", "endfor", " set ", "endset", "macro m(", "endmacro", " call ",
            "endcall",
            "filter ", "endfilter", " is ", " not ", " and ", " or ", "x", "m", "l", "d", "loop", ".", "(", ")", "[",
            "]",
            "{", "}", ":", ",", "|", "~", "**", "//", "%", "*", "==", "<", "=", "'a'", "\"%s\"", "'{:>5}'", "1", "0",
            "2.5", "10", "true", "none", "range(5)", "namespace(a=1)", "upper", "join", "map(", "format", "items",
            "get",
            "split", "tojson", "sort", "first", "length", "default(", "indent", "replace(", "slice(", "round", "int",
            "defined", "string", "mapping", "odd", "recursive", "\n", " ", "  ", "é", "👍", "\\", "'", "raw %}",
            "endraw", "break", "continue", "with ", "endwith", "caller()", "strftime_now('%c')", "loop(", "-1");

    @Test
    void randomTemplatesRenderOrFailAsTheyShould() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Map<String, Object> variables = Map.of("x", "Text", "l", List.of(1, "a", List.of()), "d", Map.of("k", 1.5));
        for (int i = 0; i < TEMPLATES; i++) {
            String source = source(random);
            try {
                Rendered.prompt(source, variables, LIMITS);
            } catch (ChatTemplateException e) {
                // what a broken template is to throw
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                fail("seed " + seed + ", template " + i + ": " + source, e);
            }
        }
    }

    private static String source(RandomGenerator random) {
        var source = new StringBuilder();
        boolean whole = random.nextBoolean(); // an expression in its tag gets further than a heap of pieces
        source.append(whole ? "{{ " : "");
        int pieces = random.nextInt(MAX_PIECES);
        for (int i = 0; i < pieces; i++) {
            String piece = PIECES.get(random.nextInt(PIECES.size()));
            source.append(whole && (piece.contains("%}") || piece.startsWith("{") && piece.length() > 1) ? "" : piece);
        }
        return source.append(whole ? " }}" : "").toString();
    }
}
