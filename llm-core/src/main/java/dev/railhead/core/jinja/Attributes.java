package dev.railhead.core.jinja;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What stands behind `a.b` and `a[b]`. Values have Python's methods and nothing else: no reflection.
final class Attributes {
    /// Methods that change a list or a dictionary; the reference's sandbox refuses them.
    private static final Set<String> LIST_CHANGES = Set.of("append", "clear", "extend", "insert", "pop", "remove",
            "reverse", "sort");
    private static final Set<String> DICT_CHANGES = Set.of("clear", "pop", "popitem", "setdefault", "update");

    private Attributes() {}

    /// `value.name`: an attribute, else the entry with this key.
    static Object attribute(Rendering run, Object value, String name) {
        Object attribute = own(run, value, name);
        if (attribute != null) {
            return attribute;
        }
        Object entry = value instanceof DictValue dict ? dict.get(name) : null;
        return entry != null ? entry : Undefined.attribute(value, name);
    }

    /// `value[key]`: the element, else the attribute with this name.
    static Object item(Rendering run, Object value, Object key) {
        Object element = switch (value) {
            case Undefined undefined -> throw undefined.fault();
            case DictValue dict when !(key instanceof DictValue) && !(key instanceof ListValue list
                    && !list.isTuple()) ->
                dict.get(run.budget(), key);
            case Text text when Types.isInteger(key) ->
                at(characters(run, text), key) instanceof Text character
                        ? character.withMarkup(text.isMarkup())
                        : null;
            case ListValue list when Types.isInteger(key) -> at(list.items(), key);
            case RangeValue range when Types.isInteger(key) -> at(range.items(), key);
            default -> null;
        };
        if (element != null) {
            return element;
        }
        if (key instanceof Text name) {
            Object attribute = own(run, value, name.string());
            return attribute != null ? attribute : Undefined.attribute(value, name.string());
        }
        return new Undefined(Types.description(value) + " has no element " + Printing.repr(run, key));
    }

    private static List<Object> characters(Rendering run, Text text) {
        if (text.codePoints() != text.length()) {
            run.budget().read(text.length()); // to find one, those before it are counted
        }
        return Iteration.of(text);
    }

    private static @Nullable Object at(List<Object> items, Object index) {
        long at = Numbers.big(index).longValue();
        long fromStart = at < 0 ? at + items.size() : at;
        return fromStart < 0 || fromStart >= items.size() ? null : items.get((int) fromStart);
    }

    private static @Nullable Object own(Rendering run, Object value, String name) {
        if (value instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (name.startsWith("__")) {
            return unsafe(value, name);
        }
        return switch (value) {
            case Text text -> StringMethods.TABLE.method(text, name);
            case DictValue dict -> DICT_CHANGES.contains(name)
                    ? unsafe(dict, name)
                    : DictMethods.TABLE.method(dict, name);
            case ListValue list when list.names().contains(name) -> list.items().get(list.names().indexOf(name));
            case ListValue list when list.isTuple() -> ListMethods.TUPLE.method(list, name);
            case ListValue list -> LIST_CHANGES.contains(name)
                    ? unsafe(list, name)
                    : ListMethods.TABLE.method(list, name);
            case RangeValue range -> range.attribute(name);
            case Namespace namespace -> namespace.attributes().get(name);
            case HasAttributes object -> object.attribute(run, name);
            default -> null;
        };
    }

    private static Undefined unsafe(Object value, String name) {
        return new Undefined("access to attribute '" + Undefined.shortened(name) + "' of '" + Types.name(value)
                + "' object is unsafe.");
    }

    /// Follows a path such as `function.name` or `0.id`, as the filters' parameter `attribute` has it.
    static Object path(Rendering run, Object value, Object path) {
        return path(run, value, path, null);
    }

    /// As [#path(Rendering, Object, Object)].
    ///
    /// @param absent stands in for each part of the path that isn't there, unless it is null or None
    static Object path(Rendering run, Object value, Object path, @Nullable Object absent) {
        if (!(path instanceof Text text)) {
            return present(item(run, value, path), absent);
        }
        run.budget().read(text.length());
        Object at = value;
        for (String part : text.string().split("\\.", -1)) {
            run.budget().step();
            boolean index = !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            at = present(item(run, at, index ? Long.valueOf(part) : Text.content(part)), absent);
        }
        return at;
    }

    private static Object present(Object value, @Nullable Object absent) {
        return value instanceof Undefined && absent != null && absent != None.NONE ? absent : value;
    }
}
