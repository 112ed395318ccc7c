package dev.railhead.cli;

import java.util.Locale;

/// Large numbers for people.
final class Units {
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final String[] DECIMAL = {"", " K", " M", " B", " T"};

    private Units() {}

    /// Bytes, for example `1.21 GiB`.
    static String bytes(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < BINARY.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.2f %s", value, BINARY[unit]);
    }

    /// A count, for example `1.24 B` (billions).
    static String count(long count) {
        int unit = 0;
        double value = count;
        while (value >= 1000 && unit < DECIMAL.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 ? Long.toString(count) : String.format(Locale.ROOT, "%.2f%s", value, DECIMAL[unit]);
    }
}
