package dev.railhead.core.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.railhead.ChatTemplateException;
import dev.railhead.ChatTemplateLimitException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a template from a bad file can try: all of it ends soon, with an exception that says which limit it hit.
class SandboxTest {
    /// A thread that is short of stack has this much.
    private static final long SMALL_STACK = 512 << 10;

    @ParameterizedTest
    @ValueSource(strings = {"{{ 'x' * 10**9 }}", "{{ ('x' * 10**7) * 10 }}", "{{ 9**9**9**9**9**9 }}",
            "{{ 10**(10**10) }}",
            "{{ range(10**12)|list }}", "{{ [0] * 10**10 }}", "{{ '%1000000d' % 1 * 1000 }}",
            "{{ '{:>99999999}'.format(1) * 100 }}", "{{ 'x'.center(10**9) }}", "{{ 'x'.ljust(10**9) }}",
            "{{ '1'.zfill(10**9) }}", "{{ 'x'|indent(10**9) }}", "{{ [1]|tojson(indent=10**9) }}",
            "{{ 'x'|center(10**9) }}", "{{ '%.999999f' % 1 }}", "{{ '\t'.expandtabs(10**9) }}",
            "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
            "{% set ns = namespace(x='x') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
            "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
            "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
            "{% set ns = namespace(x=(1,)) %}{% for i in range(99) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}"
                    + "{{ {ns.x: 1} }}",
            "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}"
                    + "{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
            "{% set ns = namespace(x=2) %}{% for i in range(99) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% macro m() %}{{ caller() }}{% endmacro %}{% macro n() %}{% call m() %}{{ n() }}{% endcall %}{% endmacro %}"
                    + "{{ n() }}",
            "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
            "{% block x %}{{ self.x() }}{% endblock %}",
            "{{ ('b' * 10**6).strip('a' * 10**6 ~ 'b') }}", "{{ (['1' * 10**6] * 5000)|map('int')|sum }}",
            "{% set x = 'a' * 10**6 %}{% for i in range(100000) %}{% set y = x.isalpha() %}{% endfor %}",
            "{% set x = 'a' * 10**6 %}{% for i in range(100000) %}{% set y = x.strip('a') %}{% endfor %}",
            "{% set x = '\uD83D\uDE00' * 10**6 %}{% for i in range(100000) %}{% set y = x[5] %}{% endfor %}",
            "{% for i in range(100000) %}{{ 'a' * 1000 }}{% endfor %}",
            "{% set x = 'a' * 10**6 %}{% for i in range(100000) %}{% set y = x.replace('a', 'b') %}{% endfor %}",
            "{% set x = 'a' * 10**6 %}{% for i in range(100000) %}{{ 'b' in x }}{% endfor %}",
            "{% set x = 'a' * 10**7 %}{{ ('a' * 10**6 ~ 'b') in x }}",
            "{% set x = 'a' * 10**6 %}{% for i in range(100000) %}{% set y = x[1:] %}{% endfor %}",
            "{% set x = 'a,' * 10**6 %}{% for i in range(100) %}{% set y = x.split(',') %}{% endfor %}"})
    void whatGrowsHitsALimit(String source) {
        assertThatThrownBy(() -> Rendered.text(source)).isInstanceOf(ChatTemplateLimitException.class)
                .hasMessageStartingWith("chat template 'test', line 1: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "{1:", "-", "not ", "x[", "x(", "1 if 1 else ", "'a' is eq ", "x|f(", "2**-",
            "x is f("})
    void deepExpressionsAreRefused(String nested) {
        for (int depth : new int[]{99, 150, 1000, 100_000}) {
            String source = "{{ " + nested.repeat(depth);
            assertThat(onSmallStack(() -> Rendered.text(source))).isInstanceOf(ChatTemplateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{% if 1 %}", "{% for x in [1] %}", "{% set x %}", "{% macro m() %}", "{% call x() %}",
            "{% filter upper %}", "{% with %}", "{% generation %}", "{% block x %}"})
    void deepBlocksAreRefused(String nested) {
        for (int depth : new int[]{98, 1000, 10_000}) {
            assertThat(onSmallStack(() -> Rendered.text(nested.repeat(depth))))
                    .isInstanceOf(ChatTemplateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+1", "-1", "*1", "~1", " and 1", " or 0", "==1", "|string", "[0:]", "|string|int",
            " is defined is not none"})
    void longChainsAreNotDeep(String link) {
        String source = "{{ 1|string" + link.repeat(10_000) + " }}";

        Throwable thrown = onSmallStack(() -> Rendered.text(source));

        if (thrown != null) {
            assertThat(thrown).isInstanceOf(ChatTemplateException.class);
        }
    }

    @Test
    void manyBranchesAreNotDeep() {
        String source = "{% if 0 %}" + "{% elif 0 %}".repeat(50_000) + "{% else %}end{% endif %}";

        assertThat(onSmallStack(() -> assertThat(Rendered.text(source)).isEqualTo("end"))).isNull();
    }

    @Test
    void recursionAtTheLimitFitsASmallStack() {
        String body = "{% if 1 %}".repeat(40) + "{{ ((((((((((m(n + 1)))))))))))}}" + "{% endif %}".repeat(40);
        String source = "{% macro m(n) %}" + body + "{% endmacro %}{{ m(0) }}";

        assertThat(onSmallStack(() -> Rendered.text(source))).isInstanceOf(ChatTemplateLimitException.class)
                .hasMessageContaining("nesting deeper than");
    }

    @Test
    void valuesNestedInLoopsAreNotPrintedDeeply() {
        String source = "{% set ns = namespace(x=1) %}{% for i in range(50000) %}{% set ns.x = [ns.x] %}{% endfor %}";

        for (String use : List.of("{{ ns.x }}", "{{ ns.x|tojson }}", "{{ ns.x == [ns.x] }}", "{{ ns.x < [ns.x] }}")) {
            assertThat(onSmallStack(() -> Rendered.text(source + use)))
                    .isInstanceOf(ChatTemplateLimitException.class);
        }
    }

    @Test
    void charactersBeyondTheFirstPlaneAreGoneThroughOnce() {
        String source = "{% set x = '\uD83D\uDE00' * 10**5 %}{{ x|reverse|length }}{{ x[::-2]|length }}{{ x|list|length }}";

        assertThat(Rendered.text(source)).isEqualTo("10000050000100000");
    }

    @Test
    void whatHoldsItselfIsAKeyByIdentity() {
        assertThat(Rendered.text("{% set n = namespace() %}{% set n.t = (n,) %}{{ {n.t: 1}[n.t] }}")).isEqualTo("1");
    }

    @Test
    void longNamesThatAreMissingAreShortened() {
        String source = "{% set x = ([{}] * 100)|map(attribute='a' * 100000)|list %}{{ x|length }}{{ x[0].y }}";

        assertThatThrownBy(() -> Rendered.text(source)).isInstanceOf(ChatTemplateException.class)
                .hasMessage("chat template 'test', line 1: 'dict object' has no attribute '" + "a".repeat(200) + "…'");
    }

    @Test
    void timeIsLimited() {
        var now = new AtomicLong();
        Template template = Template.parse("slow", "{% for i in range(100000) %}{{ i }}{% endfor %}");

        assertThatThrownBy(() -> template.render(Map.of(), Limits.DEFAULTS, Rendered.CLOCK,
                () -> now.addAndGet(Duration.ofMillis(300).toNanos()))).isInstanceOf(ChatTemplateLimitException.class)
                .hasMessageContaining("more than 1000 ms");
    }

    @Test
    void variablesThatContainThemselvesAreRefused() {
        List<Object> list = new ArrayList<>();
        list.add(list);
        Map<String, Object> map = new HashMap<>();
        map.put("x", map);

        assertThatThrownBy(() -> Rendered.prompt("", Map.of("v", list))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nested at most 100 deep");
        assertThatThrownBy(() -> Rendered.prompt("", Map.of("v", map))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void objectsOfJavaAreRefused() {
        assertThatThrownBy(() -> Rendered.prompt("", Map.of("v", List.of(new Object()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("v: expected null, a string, number, boolean, list or map, found"
                        + " java.lang.Object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"__class__", "getClass", "class", "hashCode", "__init__", "__globals__", "string",
            "items_"})
    void valuesHaveNoMembersOfJava(String member) {
        for (String value : List.of("'x'", "[1]", "1", "true", "none", "range", "namespace()", "m", "'x'.upper")) {
            String source = "{% macro m() %}{% endmacro %}{{ (" + value + ")." + member + " is defined }}";
            assertThat(Rendered.text(source)).isEqualTo("False");
        }
    }

    @Test
    void hugeTemplatesAreRefusedOrReadSoon() {
        assertThatThrownBy(() -> Rendered.text("x".repeat(5_000_000))).isInstanceOf(ChatTemplateException.class)
                .hasMessage("chat template 'test': expected at most 1048576 characters, found 5000000");
        assertThat(Rendered.text("{{ 1 }}".repeat(100_000))).hasSize(100_000);
    }

    private static Throwable onSmallStack(Runnable action) {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(null, () -> thrown.set(catchThrowable(action::run)), "small stack", SMALL_STACK);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return thrown.get();
    }
}
