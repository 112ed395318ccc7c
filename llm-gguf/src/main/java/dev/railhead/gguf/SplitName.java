package dev.railhead.gguf;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of a shard, `NAME-00001-of-00003.gguf`. File names count from 1, `split.no` from 0.
///
/// @param base the part before the numbers
/// @param count number of shards
record SplitName(String base, int count) {
    private static final Pattern PATTERN = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf", Pattern.DOTALL);

    static Optional<SplitName> of(String file) {
        Matcher matcher = PATTERN.matcher(file);
        return matcher.matches()
                ? Optional.of(new SplitName(matcher.group(1), Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }

    /// The file name of a shard.
    ///
    /// @param number counted from 0
    String shard(int number) {
        return "%s-%05d-of-%05d.gguf".formatted(base, number + 1, count);
    }

    /// The path of a shard beside another one.
    Path beside(Path other, int number) {
        return other.resolveSibling(shard(number));
    }
}
