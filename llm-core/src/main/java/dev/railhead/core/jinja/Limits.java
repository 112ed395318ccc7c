package dev.railhead.core.jinja;

import java.time.Duration;

/// What one rendering may use. A template comes from a file that anybody can have made.
///
/// @param steps evaluated expressions, executed statements, elements of lists, and 4096 characters that are read or copied
/// @param textLength characters of one text, the output included
/// @param characters characters of all texts that are made on the way
/// @param depth nested calls, blocks and expressions at one moment; each takes up to four frames of the thread's stack
/// @param time from the start of the rendering
public record Limits(long steps, int textLength, long characters, int depth, Duration time) {
    /// Far above what published templates need: a conversation of a thousand messages takes some 10^5 steps.
    public static final Limits DEFAULTS = new Limits(2_000_000, 16 << 20, 128L << 20, 400, Duration.ofSeconds(1));
}
