package dev.railhead.core.cache;

import dev.railhead.PackedCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/// Where the cache file of a model is.
final class CacheLocation {
    private static final String EXTENSION = ".railhead";

    /// Bytes of the hash of a model's path in a file name: enough that the models of one directory don't meet.
    private static final int HASH_BYTES = 6;

    private CacheLocation() {}

    /// The cache file of a model.
    ///
    /// @param model its file, the first one of a split model
    static Path of(Path model, PackedCache cache) {
        Path directory = cache.directory();
        return directory == null
                ? model.resolveSibling(model.getFileName() + EXTENSION)
                : directory.resolve(model.getFileName() + "-" + pathHash(model) + EXTENSION);
    }

    /// Models of the same name from different directories have different caches; a replaced model has that of the old one.
    private static String pathHash(Path model) {
        Path real;
        try {
            real = model.toRealPath();
        } catch (IOException e) {
            real = model.toAbsolutePath().normalize();
        }
        byte[] hash = ModelKey.sha256(real.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(Arrays.copyOf(hash, HASH_BYTES));
    }
}
