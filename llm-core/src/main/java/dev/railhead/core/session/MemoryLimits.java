package dev.railhead.core.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What the machine or the container can still give. Off-heap memory is outside of `-Xmx`, and a container's
/// out-of-memory kill can't be caught, so the limit is looked up before memory is taken.
public final class MemoryLimits {
    private static final Path CGROUP = Path.of("/sys/fs/cgroup");
    private static final Path MEMINFO = Path.of("/proc/meminfo");

    private MemoryLimits() {}

    /// Bytes available: the smaller of what the system has and what the control group leaves; without limit where neither
    /// is known.
    public static long available() {
        return Math.min(systemAvailable(MEMINFO), groupAvailable(CGROUP));
    }

    static long systemAvailable(Path meminfo) {
        return lineValue(meminfo, "MemAvailable:", 1024);
    }

    /// Control groups, version 2: max − current, page cache that can be dropped not counted.
    static long groupAvailable(Path cgroup) {
        long max = number(cgroup.resolve("memory.max"));
        long current = number(cgroup.resolve("memory.current"));
        if (max == Long.MAX_VALUE || current == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        long droppable = lineValue(cgroup.resolve("memory.stat"), "inactive_file", 1);
        return Math.max(0, max - current + (droppable == Long.MAX_VALUE ? 0 : droppable));
    }

    private static long number(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException | NumberFormatException e) {
            return Long.MAX_VALUE; // no such file, or "max"
        }
    }

    private static long lineValue(Path file, String name, long unit) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.trim().split("\\s+")).filter(words -> words[0].equals(name))
                    .mapToLong(words -> Long.parseLong(words[1]) * unit).findFirst().orElse(Long.MAX_VALUE);
        } catch (IOException | RuntimeException e) {
            return Long.MAX_VALUE; // another system
        }
    }
}
