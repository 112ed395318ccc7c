package dev.railhead.core.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// HTML in texts: escaping and removing.
final class Html {
    private static final Pattern ENTITY = Pattern
            .compile("&(amp|lt|gt|quot|apos|nbsp|#[0-9]{1,8}|#x[0-9a-fA-F]{1,6});");

    private Html() {}

    /// The text as markup, its special characters escaped unless it is markup already.
    static Text escape(Rendering run, Text text) {
        if (text.isMarkup()) {
            return text;
        }
        return forceEscape(run, text);
    }

    /// The text as markup, its special characters escaped.
    static Text forceEscape(Rendering run, Text text) {
        var out = new TextBuilder(run.budget());
        String string = text.string();
        int plain = 0;
        for (int i = 0; i < string.length(); i++) {
            String escaped = entity(string.charAt(i));
            if (escaped != null) {
                out.append(text, plain, i).content(escaped);
                plain = i + 1;
            }
        }
        return out.append(text, plain, string.length()).toText().withMarkup(true);
    }

    private static @Nullable String entity(char c) {
        return switch (c) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '\'' -> "&#39;";
            case '"' -> "&#34;";
            default -> null;
        };
    }

    /// Without comments and tags, runs of white space as one space.
    static Text stripTags(Rendering run, Text text) {
        Text bare = without(run, without(run, text, "<!--", "-->"), "<", ">");
        return unescape(run, Words.joined(run, bare));
    }

    /// With the characters that the entities of markup and numbers stand for.
    private static Text unescape(Rendering run, Text text) {
        var out = new TextBuilder(run.budget());
        int plain = 0;
        Matcher entities = ENTITY.matcher(text.string());
        while (entities.find()) {
            run.budget().step();
            out.append(text, plain, entities.start()).content(character(entities.group(1)));
            plain = entities.end();
        }
        return out.append(text, plain, text.length()).toText();
    }

    private static String character(String entity) {
        return switch (entity) {
            case "amp" -> "&";
            case "lt" -> "<";
            case "gt" -> ">";
            case "quot" -> "\"";
            case "apos" -> "'";
            case "nbsp" -> "\u00a0";
            default -> {
                boolean isHex = entity.startsWith("#x");
                int c = Integer.parseInt(entity, isHex ? 2 : 1, entity.length(), isHex ? 16 : 10);
                yield c == 0 || c > Character.MAX_CODE_POINT || c >= Character.MIN_SURROGATE
                        && c <= Character.MAX_SURROGATE ? "\uFFFD" : Character.toString(c);
            }
        };
    }

    private static Text without(Rendering run, Text text, String open, String close) {
        var out = new TextBuilder(run.budget());
        int plain = 0;
        for (int at = text.string().indexOf(open); at >= 0; at = text.string().indexOf(open, plain)) {
            run.budget().step();
            int end = text.string().indexOf(close, at);
            if (end < 0) {
                break;
            }
            out.append(text, plain, at);
            plain = end + close.length();
        }
        return out.append(text, plain, text.length()).toText();
    }
}
