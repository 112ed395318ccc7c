package dev.railhead.core.jinja;

/// What can be called: macros, methods, global functions.
interface Callable {
    /// The name in messages and when it is printed.
    String name();

    Object call(Rendering run, Arguments arguments);
}
