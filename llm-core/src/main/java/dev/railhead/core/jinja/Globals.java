package dev.railhead.core.jinja;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// The functions that every template can call.
final class Globals {
    /// So that arithmetic with up to 100,000 numbers of a range stays within a long.
    private static final int MAX_RANGE_BITS = 40;

    private static final Signature JOINER = Signature.of("joiner(sep=)");
    private static final Signature RAISE_EXCEPTION = Signature.of("raise_exception(message)");
    private static final Signature STRFTIME_NOW = Signature.of("strftime_now(format)");

    private static final Map<String, Callable> FUNCTIONS = Map.of("range", function("range", Globals::range), "dict",
            function("dict", Globals::dict), "namespace", function("namespace", Globals::namespace), "cycler",
            function("cycler", (run, a) -> new Cycler(a.positional())), "joiner", function("joiner", Globals::joiner),
            "raise_exception", function("raise_exception", Globals::raise), "strftime_now",
            function("strftime_now", Globals::strftimeNow));

    private Globals() {}

    static @Nullable Object find(String name) {
        return FUNCTIONS.get(name);
    }

    static Callable function(String name, BiFunction<Rendering, Arguments, Object> body) {
        return new Function(name, body);
    }

    private record Function(String name, BiFunction<Rendering, Arguments, Object> body) implements Callable {
        @Override
        public Object call(Rendering run, Arguments arguments) {
            return body.apply(run, arguments);
        }
    }

    private static Object range(Rendering run, Arguments arguments) {
        List<Object> bounds = arguments.positional();
        if (bounds.isEmpty() || bounds.size() > 3) {
            throw new Fault("range expected 1 to 3 arguments, got " + bounds.size());
        }
        long first = integer(bounds.getFirst());
        return bounds.size() == 1
                ? new RangeValue(0, first, 1)
                : new RangeValue(first, integer(bounds.get(1)), bounds.size() == 2 ? 1 : integer(bounds.get(2)));
    }

    private static long integer(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (Numbers.big(value).bitLength() > MAX_RANGE_BITS) {
            throw new Fault(Fault.Kind.LIMIT, "range bounds beyond " + MAX_RANGE_BITS + " bits");
        }
        return Numbers.big(value).longValue();
    }

    private static Object dict(Rendering run, Arguments arguments) {
        var dict = new DictValue();
        if (arguments.positional().size() > 1) {
            throw new Fault("dict expected at most 1 argument, got " + arguments.positional().size());
        }
        for (Object source : arguments.positional()) {
            addAll(run, dict, source);
        }
        arguments.named().forEach((name, value) -> dict.put(run.budget(), Text.template(name), value));
        return dict;
    }

    private static void addAll(Rendering run, DictValue dict, Object source) {
        if (source instanceof DictValue other) {
            dict.putAll(run.budget(), other);
            return;
        }
        for (Object pair : Iteration.of(source)) {
            run.budget().step();
            List<Object> parts = Iteration.of(pair);
            if (parts.size() != 2) {
                throw new Fault("dictionary update sequence element has length " + parts.size() + "; 2 is required");
            }
            dict.put(run.budget(), parts.getFirst(), parts.getLast());
        }
    }

    private static Object namespace(Rendering run, Arguments arguments) {
        var namespace = new Namespace();
        for (DictValue.Entry entry : ((DictValue) dict(run, arguments)).entries()) {
            namespace.attributes().put(Printing.str(run, entry.key()).string(), entry.value());
        }
        return namespace;
    }

    private static Object joiner(Rendering run, Arguments arguments) {
        Object separator = JOINER.bind(arguments).get(0, Text.template(", "));
        boolean[] used = {false};
        return function("joiner", (r, a) -> {
            Object result = used[0] ? separator : Text.EMPTY;
            used[0] = true;
            return result;
        });
    }

    private static Object raise(Rendering run, Arguments arguments) {
        Bound bound = RAISE_EXCEPTION.bind(arguments);
        throw new Fault(Fault.Kind.RAISED, Printing.str(run, bound.required(0)).string());
    }

    private static Object strftimeNow(Rendering run, Arguments arguments) {
        Bound bound = STRFTIME_NOW.bind(arguments);
        return Strftime.format(run, bound.text(0));
    }
}
