package dev.railhead.core.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/// `namespace()`: the one object of a template that can be changed.
record Namespace(Map<String, Object> attributes) {
    Namespace() {
        this(new LinkedHashMap<>());
    }
}
