package dev.railhead.spi;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/// What the system said of a file when it was opened. A change of the file changes it.
///
/// @param path as it was opened
/// @param size in bytes
/// @param modified when the bytes changed last; programs can set it
/// @param changed when bytes, name or attributes changed last, by the system's clock; programs can't set it; null where the
///     system does not keep it
/// @param inode the number of the file in its file system; 0 where there is none
public record FileStamp(Path path, long size, FileTime modified, @Nullable FileTime changed, long inode) {}
