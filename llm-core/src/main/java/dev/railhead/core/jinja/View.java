package dev.railhead.core.jinja;

import java.util.List;

/// The keys, values or items of a dictionary: can be counted and gone through, has no indexes.
///
/// @param type Python's name of it, for example `dict_items`
record View(String type, List<Object> items) {
    /// The type of a view of keys.
    static final String KEYS = "dict_keys";
}
