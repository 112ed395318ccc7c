package dev.railhead.core.jinja;

import org.jspecify.annotations.Nullable;

/// An object of the interpreter with attributes of its own, as `loop` is.
interface HasAttributes {
    /// The attribute, or null if there is none.
    @Nullable
    Object attribute(Rendering run, String name);
}
