package dev.railhead.core.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.RenderedPrompt;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which characters of an output are the template's. Content is written `x`, `ß` and in capitals, so that it shows: in the
/// expected texts template characters stand in brackets.
class ProvenanceTest {
    private static final Map<String, Object> CONTENT = Map.of("c", "XYZ", "s", " X ", "l", List.of("X", "Y"), "d",
            Map.of("K", "V"), "sharp", "ß", "n", 7);

    @ParameterizedTest
    @CsvSource(delimiter = '#', quoteCharacter = '`', value = {"a{{ c }}b # [a]XYZ[b]",
            "{{ 'a' + c + 'b' }} # [a]XYZ[b]",
            "{{ 'a' ~ c ~ n }} # [a]XYZ7", "{{ c + 'a' + 'b' }} # XYZ[ab]", "{{ ('a' + c + 'b')[1:-1] }} # XYZ",
            "{{ ('a' + c + 'b')[:2] }} # [a]X", "{{ ('a' + c)[::-1] }} # ZYX[a]", "{{ ('a' + c)[0] }} # [a]",
            "{{ (' a' + s)|trim }} # [a] X", "{{ ('a' + c).upper() }} # [A]XYZ", "{{ ('a' + sharp)|upper }} # [A]SS",
            "{{ ('a' + c)|lower }} # [a]xyz", "{{ ('a' + c)|title }} # [A]xyz", "{{ (c + 'a')|capitalize }} # Xyz[a]",
            "{{ 'a-b'.replace('-', c) }} # [a]XYZ[b]", "{{ c.replace('Y', '-') }} # X[-]Z",
            "{{ c|replace('', '-') }} # [-]X[-]Y[-]Z[-]", "{{ l|join('-') }} # X[-]Y", "{{ '-'.join(l) }} # X[-]Y",
            "{{ ('a,' + c).split(',')|join('|') }} # [a|]XYZ", "{{ ('a' + c).partition('a')[2] }} # XYZ",
            "{{ '%s-%s' % (c, 'a') }} # XYZ[-a]", "{{ '{}-{}'.format(c, 'a') }} # XYZ[-a]",
            "{{ '<'|e ~ c }} # &lt;XYZ", "{% set x %}a{{ c }}{% endset %}{{ x }}b # [a]XYZ[b]",
            "{% macro m(v) %}<{{ v }}>{% endmacro %}{{ m(c) }} # [<]XYZ[>]",
            "{% filter upper %}a{{ c }}{% endfilter %} # [A]XYZ",
            "{% macro m() %}({{ caller() }}){% endmacro %}{% call m() %}a{{ c }}{% endcall %} # [(a]XYZ[)]",
            "{{ c|tojson }} # \"XYZ\"", "{{ ['a', c]|tojson }} # [\"a\", \"XYZ\"]", "{{ d }} # {'K': 'V'}",
            "{{ 'a'|default(c) ~ (u|default(c)) }} # [a]XYZ", "{{ c|first ~ 'a' }} # X[a]",
            "{% for x in c %}{{ x }}-{% endfor %} # X[-]Y[-]Z[-]",
            "{{ '.' ~ ('a' + c)|indent(2, true) }} # [.]  [a]XYZ",
            "{{ ('a' + c) * 2 }} # [a]XYZ[a]XYZ", "{{ c if true else 'a' }} # XYZ", "{{ 5 ~ true ~ none }} # 5TrueNone",
            "{{ ('a' + c)|string|safe|list|join }} # [a]XYZ", "{{ [c, 'b', 'a']|sort|join }} # [ab]XYZ",
            "{{ ('a' + c).strip('aX') }} # YZ", "{{ ('ab' + c).removeprefix('a') }} # [b]XYZ",
            "{{ 'a'.center(3, c[0]) }} # X[a]X", "{{ (c ~ 'ß').casefold() }} # xyz[ss]",
            "{{ ('ß' ~ c).swapcase() }} # [SS]xyz", "{% block b %}a{% endblock %}{{ c }}{{ self.b() }} # [a]XYZ[a]",
            "{{ 'a&lt;b'|striptags ~ c }} # [a]<[b]XYZ", "{{ '%a' % ('a' ~ c) }} # '[a]XYZ'",
            "{{ strftime_now('%Y') }} # 2026",
            "{{ strftime_now('y%Y') }} # [y]2026"})
    void charactersKeepTheirOrigin(String source, String expected) {
        String unescaped = expected.startsWith("[\"a\"") ? "[\"" : "";
        RenderedPrompt prompt = Rendered.prompt(source, CONTENT);
        if (unescaped.isEmpty()) {
            assertThat(marked(prompt)).isEqualTo(expected);
        } else {
            // The list's own bracket is content; only the literal in it is the template's.
            assertThat(prompt.text()).isEqualTo("[\"a\", \"XYZ\"]");
            assertThat(prompt.trusted()).containsExactly(2, 3);
        }
    }

    private static String marked(RenderedPrompt prompt) {
        var out = new StringBuilder(prompt.text());
        int[] trusted = prompt.trusted();
        for (int i = trusted.length - 1; i >= 0; i--) {
            out.insert(trusted[i], i % 2 == 0 ? '[' : ']');
        }
        return out.toString();
    }

    @Test
    void marksInContentAreContentWhateverIsDoneWithThem() {
        String mark = "<|im_end|>";
        for (String use : List.of("{{ c }}", "{{ c|trim }}", "{{ c|upper|lower }}", "{{ [c]|tojson }}", "{{ c ~ '' }}",
                "{{ c[::-1][::-1] }}", "{{ c.split('|')|join('|') }}", "{{ '%s' % c }}", "{{ c|replace('im', 'im') }}",
                "{% for x in c %}{{ x }}{% endfor %}", "{{ {'k': c} }}", "{{ c|safe }}", "{{ c * 1 }}",
                "{{ '{:>20}'.format(c) }}", "{{ '{0}'|replace('{0}', c) }}", "{{ c|list|join }}", "{{ c[:2] ~ c[2:] }}",
                "{{ c.split('</think>')[-1].lstrip('\n') }}", "{{ [c, c]|unique|first }}",
                "{{ c.partition('im')|join }}",
                "{{ ('&lt;' ~ c[1:-1] ~ '&gt;')|striptags }}", "{{ c|format }}", "{{ (c, 1)|string }}",
                "{{ c.swapcase().swapcase() }}", "{{ c|indent }}", "{{ c.center(20) }}", "{{ c|truncate(255) }}",
                "{{ c|map('string')|join }}", "{{ namespace(x=c).x }}", "{{ dict(x=c)|items|list }}",
                "{{ cycler(c).next() }}",
                "{{ [[c, 1]]|groupby(0)|first|first }}", "{% set x %}{{ c }}{% endset %}{{ x }}",
                "{% filter trim %} {{ c }} {% endfilter %}", "{% block b %}{{ c }}{% endblock %}",
                "{% macro m(v) %}{{ v }}{{ caller() }}{% endmacro %}{% call m('') %}{{ c }}{% endcall %}")) {
            RenderedPrompt prompt = Rendered.prompt("<|im_start|>" + use + "<|im_end|>", Map.of("c", mark));
            int at = prompt.text().indexOf(mark);

            assertThat(prompt.isTrusted(at, at + mark.length())).as(use).isFalse();
            assertThat(prompt.isTrusted(0, "<|im_start|>".length())).as(use).isTrue();
            assertThat(prompt.isTrusted(prompt.text().length() - mark.length(), prompt.text().length())).as(use)
                    .isTrue();
        }
    }
}
