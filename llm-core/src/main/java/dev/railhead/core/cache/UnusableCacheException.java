package dev.railhead.core.cache;

/// A cache file can't be used, and why. Never leaves this package: the weights are packed instead.
final class UnusableCacheException extends Exception {
    private static final long serialVersionUID = 1;

    /// @param message where, expected, found
    UnusableCacheException(String message) {
        super(message);
    }

    /// @param message where, expected, found
    UnusableCacheException(String message, Throwable cause) {
        super(message, cause);
    }
}
