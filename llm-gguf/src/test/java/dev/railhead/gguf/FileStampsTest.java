package dev.railhead.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.spi.FileStamp;
import dev.railhead.spi.ModelSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A stamp changes with the file, whatever is done to hide it.
class FileStampsTest {
    private static final Instant CHANGE = Instant.parse("2026-01-02T03:04:05.5Z");

    @TempDir
    private Path folder;

    private static FileStamp stamp(Path file) {
        return Objects.requireNonNull(FileStamps.of(file));
    }

    private Path write(String name, String text) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve(name), text);
        Thread.sleep(30); // until the clock of the file system ticks
        return file;
    }

    @Test
    void restoringSizeAndTimeDoesNotHideAChange() throws IOException, InterruptedException {
        Path file = write("model", "old");
        FileStamp before = stamp(file);
        Assumptions.assumeTrue(before.changed() != null, "this system keeps no status change times");
        assertThat(stamp(file)).isEqualTo(before);
        Files.writeString(file, "new");
        Files.setLastModifiedTime(file, before.modified());
        FileStamp after = stamp(file);
        assertThat(after.modified()).isEqualTo(before.modified());
        assertThat(after.size()).isEqualTo(before.size());
        assertThat(after).isNotEqualTo(before);
    }

    @Test
    void anotherFileOfTheSameNameIsSeen() throws IOException, InterruptedException {
        Path file = write("model", "old");
        Path other = write("other", "new");
        FileStamp before = stamp(file);
        Files.setLastModifiedTime(other, before.modified());
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
        assertThat(stamp(file)).isNotEqualTo(before);
    }

    @Test
    void aMissingFileHasNone() {
        assertThat(FileStamps.of(folder.resolve("missing"))).isNull();
    }

    @Test
    void aFileIsSettledWhenTheClockHasMovedOn() {
        assertThat(FileStamps.isSettled(changedAt(CHANGE), CHANGE.plusMillis(10))).isFalse();
        assertThat(FileStamps.isSettled(changedAt(CHANGE), CHANGE.plusMillis(21))).isTrue();
        Instant wholeSecond = Instant.ofEpochSecond(CHANGE.getEpochSecond());
        assertThat(FileStamps.isSettled(changedAt(wholeSecond), wholeSecond.plusMillis(1900))).isFalse();
        assertThat(FileStamps.isSettled(changedAt(wholeSecond), wholeSecond.plusMillis(2100))).isTrue();
        FileStamp withoutChangeTime = new FileStamp(folder, 1, FileTime.from(CHANGE), null, 0);
        assertThat(FileStamps.isSettled(withoutChangeTime, CHANGE)).isFalse();
        assertThat(FileStamps.isSettled(withoutChangeTime, CHANGE.plusSeconds(3))).isTrue();
    }

    private FileStamp changedAt(Instant instant) {
        return new FileStamp(folder, 1, FileTime.fromMillis(0), FileTime.from(instant), 7);
    }

    @Test
    void aModelHasTheStampsOfItsFiles() throws IOException, InterruptedException {
        Path file = folder.resolve("model.gguf");
        TinyLlama.defaults().writer().write(file);
        Thread.sleep(30);
        try (ModelSource source = GgufFile.open(file)) {
            assertThat(source.files()).containsExactly(stamp(file));
        }
    }

    /// It takes the file system's clock a few milliseconds to tick; a busy machine may need some attempts to be faster.
    @Test
    void aModelThatWasJustWrittenHasNone() throws IOException {
        byte[] bytes = TinyLlama.defaults().writer().toByteArray();
        Path file = folder.resolve("model.gguf");
        boolean none = false;
        for (int attempt = 0; attempt < 100 && !none; attempt++) {
            Files.write(file, bytes);
            try (ModelSource source = GgufFile.open(file)) {
                none = source.files().isEmpty();
            }
        }
        assertThat(none).isTrue();
    }

    @Test
    void bytesInMemoryHaveNone() {
        assertThat(GgufFile.of("memory", MemorySegment
                .ofArray(TinyLlama.defaults().writer().toByteArray())).files()).isEmpty();
    }
}
