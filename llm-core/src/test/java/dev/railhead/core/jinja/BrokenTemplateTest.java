package dev.railhead.core.jinja;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.ChatTemplateException;
import dev.railhead.ChatTemplateRejectedException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What messages say about a template that can't be read or rendered: where, expected, found.
class BrokenTemplateTest {
    @ParameterizedTest
    @CsvSource(delimiter = '#', quoteCharacter = '`', value = {
            "a|b|{% if x %}|c # 4: expected '{% endif %}', found the end of the template",
            "{% if x %}|{% endfor %} # 2: expected the name of a block such as 'if', 'for' or 'set', found 'endfor'",
            "{{ 1 +|| }} # 3: expected an expression, found '}}'", "{{ (1 }} # 1: expected ')', found '}'",
            "{% for x in y %} # 1: expected '{% endfor %}', found the end of the template",
            "{{ 1 # 1: expected '}}', found the end of the template",
            "|{{ 'a|b # 2: expected ' at the end of a string, found the end of the template",
            "{% for x of y %} # 1: expected 'in', found 'of'", "{% set 1 = 2 %} # 1: expected the name of a variable",
            "||{% nosuch %} # 3: expected the name of a block such as 'if', 'for' or 'set', found 'nosuch'",
            "{% break %} # 1: 'break' outside of a loop", "{{ a ? b }} # 1: unexpected character '?'",
            "{% include 'x' %} # 1: 'include' needs other templates; a chat template stands alone",
            "{{ '\\xzz' }} # 1: expected 2 hexadecimal digits after '\\x' in a string",
            "{% macro m(a=1, b) %}{% endmacro %} # 1: expected a default for parameter 'b'",
            "{{ x is }} # 1: expected the name of a test, found '}}'",
            "{{ f(a=1, 2) }} # 1: expected named arguments after a named one, found '2'",
            "{% raw %}x # 1: expected '{% endraw %}', found the end of the template"})
    void syntaxErrorsNameTheLineAndWhatIsExpected(String source, String message) {
        assertThatThrownBy(() -> Rendered.text(source.replace('|', '\n'))).isInstanceOf(ChatTemplateException.class)
                .hasMessageStartingWith("chat template 'test', line " + message.replace('|', '\n'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', quoteCharacter = '`', value = {
            "{% set x = [1] %}|{% if true %}|{{ 'a' + x }}{% endif %} # 3: can only concatenate str (not \"list\") to str",
            "|{% for i in 5 %}{% endfor %} # 2: 'int' object is not iterable",
            "|{{ x.y }} # 2: 'x' is undefined", "{{ 1/0 }} # 1: division by zero",
            "{{ 1|nosuch }} # 1: No filter named 'nosuch' found.",
            "{% macro m() %}||{{ 1 }}{% endmacro %}|{{ m() + 1 }} # 4: can only concatenate str"})
    void failuresNameTheLine(String source, String message) {
        assertThatThrownBy(() -> Rendered.text(source.replace('|', '\n').replace("1\nnosuch", "1|nosuch")))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageStartingWith("chat template 'test', line " + message);
    }

    @Test
    void theTemplatesOwnRefusalIsKept() {
        assertThatThrownBy(() -> Rendered.text("\n{{ raise_exception('no ' ~ 'system role') }}"))
                .isInstanceOf(ChatTemplateRejectedException.class)
                .hasMessage("chat template 'test', line 2: the template refuses the conversation: no system role")
                .asInstanceOf(InstanceOfAssertFactories.type(ChatTemplateRejectedException.class))
                .extracting(ChatTemplateRejectedException::reason).isEqualTo("no system role");
    }
}
