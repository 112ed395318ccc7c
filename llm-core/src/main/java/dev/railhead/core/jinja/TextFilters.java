package dev.railhead.core.jinja;

/// Filters that make texts of texts; other values are printed first.
final class TextFilters {
    private static final int LEEWAY = 5;
    private static final Text LINE_BREAK = Text.content("\n");

    private TextFilters() {}

    static void addTo(Builtins table) {
        table.add("string()", (run, self, a) -> Printing.str(run, self))
                .add("upper()", (run, self, a) -> StringMethods.upper(run, Printing.str(run, self)))
                .add("lower()", (run, self, a) -> StringMethods.lower(run, Printing.str(run, self)))
                .add("title()", (run, self, a) -> Case.words(run, Printing.str(run, self)))
                .add("capitalize()", (run, self, a) -> Case.capitalize(run, Printing.str(run, self)))
                .add("trim(chars=)", (run, self, a) -> {
                    Text text = Printing.str(run, self);
                    return a.isNone(0)
                            ? StringMethods.strip(run, text, Words::isSpace, true, true)
                            : StringMethods.strip(run, text, a.text(0), true, true);
                })
                .add("replace(old, new, count=)",
                        (run, self, a) -> Search.replace(run, Printing.str(run, self).withMarkup(false),
                                Printing.str(run, a.required(0)), Printing.str(run, a.required(1)),
                                a.isNone(2) ? -1 : a.integer(2, -1)))
                .add("center(width=)", (run, self, a) -> {
                    Text text = Printing.str(run, self);
                    int width = a.integer(0, 80);
                    int room = Math.max(0, width - text.codePoints());
                    int left = room / 2 + (room & width & 1);
                    return new TextBuilder(run.budget()).content(' ', left).append(text)
                            .content(' ', room - left).toText();
                })
                .add("indent(width=, first=, blank=)", TextFilters::indent)
                .add("truncate(length=, killwords=, end=, leeway=)", TextFilters::truncate)
                .add("wordcount()", (run, self, a) -> wordCount(run, Printing.str(run, self).string()))
                .addOpen("format", (run, self, arguments) -> {
                    Text format = Printing.str(run, self);
                    if (arguments.named().isEmpty()) {
                        return Printf.format(run, format, new ListValue(arguments.positional(), true));
                    }
                    var values = new DictValue();
                    arguments.named().forEach((name, value) -> values.put(run.budget(), Text.content(name), value));
                    return Printf.format(run, format, values);
                });
    }

    private static Object indent(Rendering run, Object self, Bound a) {
        if (!(self instanceof Text text)) {
            throw self instanceof Undefined undefined
                    ? undefined.fault()
                    : new Fault("unsupported operand type(s) for +=: '" + Types.name(self) + "' and 'str'");
        }
        Text indention = a.get(0, 4L) instanceof Text written
                ? written
                : new TextBuilder(run.budget()).content(' ', a.integer(0, 4)).toText();
        var lines = StringSearch.lines(run,
                new TextBuilder(run.budget()).append(text).content("\n").toText(), false);
        var out = new TextBuilder(run.budget());
        boolean blank = a.truth(2, false);
        for (int i = 0; i < lines.size(); i++) {
            Text line = (Text) lines.get(i);
            if (i > 0) {
                out.append(LINE_BREAK);
            }
            if (i == 0 ? a.truth(1, false) : blank || !line.isEmpty()) {
                out.append(indention);
            }
            out.append(line);
        }
        return out.toText().withMarkup(text.isMarkup());
    }

    private static Object truncate(Rendering run, Object self, Bound a) {
        int length = a.integer(0, 255);
        Text end = a.text(2, "...");
        int leeway = a.isNone(3) ? LEEWAY : a.integer(3, LEEWAY);
        if (length < end.codePoints()) {
            throw new Fault("expected length >= " + end.codePoints() + ", got " + length);
        }
        if (Iteration.length(self) <= (long) length + leeway) {
            return self;
        }
        if (!(self instanceof Text text)) {
            throw new Fault("can only concatenate " + Types.name(self) + " (not \"str\") to " + Types.name(self));
        }
        run.budget().read(text.length());
        Text kept = text.sub(0, text.offset(Math.min(text.codePoints(), length - end.codePoints())));
        int space = kept.string().lastIndexOf(' ');
        if (!a.truth(1, false) && space >= 0) {
            kept = kept.sub(0, space);
        }
        return new TextBuilder(run.budget()).append(kept).append(end).toText();
    }

    private static long wordCount(Rendering run, String string) {
        run.budget().read(string.length());
        long count = 0;
        boolean inWord = false;
        for (int i = 0; i < string.length(); i += Character.charCount(string.codePointAt(i))) {
            int c = string.codePointAt(i);
            boolean word = c == '_' || Character.isLetterOrDigit(c);
            count += word && !inWord ? 1 : 0;
            inWord = word;
        }
        return count;
    }
}
