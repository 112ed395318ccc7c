package dev.railhead.core.jinja;

/// The methods of dictionaries that change nothing.
final class DictMethods {
    static final Builtins TABLE = new Builtins()
            .add("get(key, default=)", (run, self, a) -> {
                Object value = ((DictValue) self).get(run.budget(), a.required(0));
                return value != null ? value : a.get(1, None.NONE);
            })
            .add("items()", (run, self, a) -> new View("dict_items", ((DictValue) self).items()))
            .add("keys()", (run, self, a) -> new View(View.KEYS, ((DictValue) self).keys()))
            .add("values()", (run, self, a) -> new View("dict_values", ((DictValue) self).values()))
            .add("copy()", (run, self, a) -> self);

    private DictMethods() {}
}
