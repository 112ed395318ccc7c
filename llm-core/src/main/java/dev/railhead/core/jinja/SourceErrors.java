package dev.railhead.core.jinja;

import dev.railhead.ChatTemplateException;

/// Makes the exceptions of a template that can't be read.
///
/// @param template what messages call the template
record SourceErrors(String template) {
    ChatTemplateException at(int line, String problem) {
        return new ChatTemplateException(template + ", line " + line + ": " + problem);
    }

    ChatTemplateException expected(String expected, Token found) {
        return at(found.line(), "expected " + expected + ", found " + found.description());
    }
}
