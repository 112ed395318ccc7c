package dev.railhead.gguf.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// The folder of reference models and expected results, which is not part of the project.
public final class ReferenceData {
    private ReferenceData() {}

    /// A file or folder of the reference data; skips the test if there is none.
    ///
    /// @param path relative to the folder
    public static Path of(String path) {
        Path folder = folder();
        Assumptions.assumeTrue(folder != null,
                "no reference data: set the system property railhead.reference or RAILHEAD_REFERENCE");
        Path file = folder.resolve(path);
        Assumptions.assumeTrue(Files.exists(file), "no " + path + " in the reference data at " + folder);
        return file;
    }

    private static @Nullable Path folder() {
        String named = System.getProperty("railhead.reference", System.getenv("RAILHEAD_REFERENCE"));
        if (named != null) {
            return Path.of(named);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path beside = at.resolve("shared/reference");
            if (Files.isDirectory(beside)) {
                return beside;
            }
        }
        return null;
    }
}
