package dev.railhead.core.cache;

import dev.railhead.RailheadException;
import dev.railhead.gguf.MappedFile;
import dev.railhead.spi.PackedBytes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An open cache file, mapped. Thread-safe.
final class CacheFile implements AutoCloseable {
    /// What [dev.railhead.core.model.Weights] adds to a tensor's name for a part of it.
    private static final Pattern PART = Pattern.compile("\\[\\d+]$");

    private final MappedFile file;
    private final Map<String, CacheSection> sections = new HashMap<>();
    private final Set<String> tensors = new HashSet<>();

    private CacheFile(MappedFile file) {
        this.file = file;
    }

    /// Maps a file and checks all of it but the inner bytes of its sections.
    ///
    /// @param layout the backend's
    /// @param key the model's
    /// @throws UnusableCacheException if it is not a whole cache file of this layout and model
    static CacheFile open(Path path, String layout, byte[] key) throws UnusableCacheException {
        MappedFile mapped;
        try {
            mapped = MappedFile.open(path);
        } catch (RailheadException e) { // missing, no regular file, or changed at this moment
            throw new UnusableCacheException(String.valueOf(e.getMessage()), e);
        }
        CacheFile cache = new CacheFile(mapped);
        try {
            cache.read(layout, key);
            return cache;
        } catch (InternalError e) {
            cache.close();
            throw new UnusableCacheException("expected a file that stays as it is, found part of it gone", e);
        } catch (UnusableCacheException | RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    private void read(String layout, byte[] key) throws UnusableCacheException {
        CacheHeader header = CacheHeader.read(file.bytes());
        header.checkSame(layout, key);
        for (CacheSection section : header.sections()) {
            if (CacheSection.edges(section.in(file.bytes())) != section.edges()) {
                throw new UnusableCacheException(
                        "matrix '" + section.matrix() + "': expected the bytes that were written, found others");
            }
            sections.put(section.matrix(), section);
            tensors.add(PART.matcher(section.matrix()).replaceFirst(""));
        }
    }

    /// The packed bytes of a matrix; null if the file does not have it.
    @Nullable
    PackedBytes matrix(String name) {
        CacheSection section = sections.get(name);
        return section == null ? null : new PackedBytes(section.form(), section.in(file.bytes()));
    }

    /// Copies packed bytes of a matrix out of the file, without touching the mapping.
    ///
    /// @param name a matrix that the file has
    /// @param from first byte, of those of the matrix
    /// @param out filled from its position to its limit
    /// @throws RailheadException if the file has become shorter or can't be read
    void read(String name, long from, ByteBuffer out) {
        CacheSection section = Objects.requireNonNull(sections.get(name), name);
        file.read(section.offset() + Objects.checkFromIndexSize(from, out.remaining(), section.length()), out);
    }

    /// Whether the file has the matrix of a tensor, or one of those that are parts of it.
    boolean hasPartOf(String tensor) {
        return tensors.contains(tensor);
    }

    /// For messages.
    String name() {
        return file.path().toString();
    }

    /// As [MappedFile#checkUnchanged].
    void checkUnchanged() {
        file.checkUnchanged();
    }

    @Override
    public void close() {
        file.close();
    }
}
