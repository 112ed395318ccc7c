package dev.railhead.core.tokenizer;

import java.util.List;
import java.util.stream.Collectors;

/// A pattern of several rules: at each place the first that matches makes a piece; what lies between matches is a piece
/// too.
record Alternatives(List<Rule> rules) implements Cut {
    static Cut of(Rule... rules) {
        return new Alternatives(List.of(rules));
    }

    @Override
    public void cut(CharKinds text, int from, int to, Pieces out) {
        int done = from;
        int at = from;
        while (at < to) {
            int end = end(text, at, to);
            if (end < 0) {
                at = text.after(at);
                continue;
            }
            if (at > done) {
                out.piece(done, at);
            }
            out.piece(at, end);
            at = end;
            done = end;
        }
        if (done < to) {
            out.piece(done, to);
        }
    }

    private int end(CharKinds text, int at, int to) {
        for (Rule rule : rules) {
            int end = rule.scan().end(text, at, to);
            if (end >= 0) {
                return end;
            }
        }
        return Rule.NONE;
    }

    @Override
    public String regex() {
        return rules.stream().map(Rule::regex).collect(Collectors.joining("|"));
    }
}
