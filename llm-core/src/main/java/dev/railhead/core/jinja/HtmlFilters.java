package dev.railhead.core.jinja;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Filters for HTML and addresses.
final class HtmlFilters {
    private HtmlFilters() {}

    static void addTo(Builtins table) {
        table.add("safe()", (run, self, a) -> Printing.str(run, self).withMarkup(true))
                .add("escape()", (run, self, a) -> Html.escape(run, Printing.str(run, self)))
                .alias("e", "escape")
                .add("forceescape()", (run, self, a) -> Html.forceEscape(run, Printing.str(run, self)))
                .add("striptags()", (run, self, a) -> Html.stripTags(run, Printing.str(run, self)))
                .add("urlencode()", (run, self, a) -> urlEncode(run, self))
                .add("xmlattr(autospace=)", HtmlFilters::xmlAttributes);
    }

    private static Object urlEncode(Rendering run, Object self) {
        if (self instanceof Text || !Iteration.isPossible(self)) {
            return Text.content(quoted(run, Printing.str(run, self), "/"));
        }
        List<Object> pairs = self instanceof DictValue dict ? dict.items() : Iteration.of(self);
        var out = new TextBuilder(run.budget());
        for (Object pair : pairs) {
            run.budget().step();
            List<Object> parts = Iteration.of(pair);
            if (parts.size() != 2) {
                throw new Fault("not enough values to unpack (expected 2, got " + parts.size() + ")");
            }
            out.content(out.length() == 0 ? "" : "&")
                    .content(quoted(run, Printing.str(run, parts.getFirst()), "").replace("%20", "+")).content("=")
                    .content(quoted(run, Printing.str(run, parts.getLast()), "").replace("%20", "+"));
        }
        return out.toText();
    }

    private static String quoted(Rendering run, Text text, String safe) {
        run.budget().text(text.length() * 3L);
        var out = new StringBuilder();
        for (byte b : text.string().getBytes(StandardCharsets.UTF_8)) {
            if (b > 0 && (Character.isLetterOrDigit(b) || ("_.-~" + safe).indexOf(b) >= 0)) {
                out.append((char) b);
            } else {
                out.append(String.format("%%%02X", b));
            }
        }
        return out.toString();
    }

    private static Object xmlAttributes(Rendering run, Object self, Bound a) {
        if (!(self instanceof DictValue dict)) {
            throw new Fault("'" + Types.name(self) + "' object has no attribute 'items'");
        }
        var out = new TextBuilder(run.budget());
        for (DictValue.Entry entry : dict.entries()) {
            if (entry.value() == None.NONE || entry.value() instanceof Undefined) {
                continue;
            }
            if (!(entry.key() instanceof Text key)) {
                throw new Fault("expected string or bytes-like object, got '" + Types.name(entry.key()) + "'");
            }
            if (key.string().chars().anyMatch(c -> Words.isSpace(c) || "/>=".indexOf(c) >= 0)) {
                throw new Fault("Invalid character in attribute name: " + Printing.repr(run, key));
            }
            out.content(out.length() == 0 && !a.truth(0, true) ? "" : " ").append(Html.escape(run, key))
                    .content("=\"").append(Html.escape(run, Printing.str(run, entry.value()))).content("\"");
        }
        return out.toText();
    }
}
