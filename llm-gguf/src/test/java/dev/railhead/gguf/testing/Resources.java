package dev.railhead.gguf.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Looks for descriptors and mappings that were left behind, where the system can tell.
public final class Resources {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path MAPPINGS = Path.of("/proc/self/maps");

    private Resources() {}

    /// Asserts that this process holds no descriptor or mapping of any file below a folder.
    public static void assertNoneOf(Path folder) throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(DESCRIPTORS), "this system does not list open files");
        String prefix = folder.toRealPath().toString();
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            assertThat(descriptors.map(Resources::target)).as("open files").noneMatch(name -> name.startsWith(prefix));
        }
        try (Stream<String> mappings = Files.lines(MAPPINGS)) {
            assertThat(mappings).as("mappings").noneMatch(line -> line.contains(prefix));
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
