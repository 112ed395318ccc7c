package dev.railhead.cli;

import java.io.PrintWriter;

/// A bar on stderr, drawn only when that is a terminal and the work takes longer than a moment; erased when closed, so
/// that nothing of it is left above the result.
final class ProgressBar implements AutoCloseable {
    private static final int WIDTH = 32;
    /// Work that is shorter than this shows no bar.
    private static final long PATIENCE_NANOS = 300_000_000;
    private static final long REDRAW_NANOS = 50_000_000;
    private static final String ERASE_LINE = "\r\033[K";

    private final Console console;
    private final String label;
    private long nextDraw = System.nanoTime() + PATIENCE_NANOS;
    private boolean drawn;

    ProgressBar(Console console, String label) {
        this.console = console;
        this.label = label;
    }

    /// Redraws the bar, at most twenty times a second.
    void update(long done, long total) {
        long now = System.nanoTime();
        if (!console.terminalErr() || total <= 0 || now - nextDraw < 0) {
            return;
        }
        nextDraw = now + REDRAW_NANOS;
        drawn = true;
        int filled = (int) (WIDTH * Math.min(done, total) / total);
        PrintWriter err = console.err();
        err.print("\r" + label + " [" + "=".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + 100 * done / total
                + " %");
        err.flush();
    }

    @Override
    public void close() {
        if (drawn) {
            console.err().print(ERASE_LINE);
            console.err().flush();
        }
    }
}
