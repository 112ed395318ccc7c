package dev.railhead.gguf.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// What a class logs while this is open.
public final class CapturedLog implements AutoCloseable {
    private final Logger logger;
    private final Level level;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getLevel() + " " + entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private CapturedLog(Logger logger) {
        this.logger = logger;
        level = logger.getLevel();
    }

    /// Captures and keeps off the console.
    public static CapturedLog of(Class<?> logging) {
        CapturedLog log = new CapturedLog(Logger.getLogger(logging.getName()));
        log.logger.setUseParentHandlers(false);
        log.logger.setLevel(Level.INFO);
        log.logger.addHandler(log.handler);
        return log;
    }

    /// Level and text of each message from INFO up.
    public List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setLevel(level);
        logger.setUseParentHandlers(true);
    }
}
