package dev.railhead.core.jinja;

/// Python's `None`.
enum None {
    NONE
}
