package dev.railhead.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that are truncated under a running model end no JVM. In a JVM of its own, since the alternative is its end.
class TruncatedFileTest {
    @TempDir
    private Path folder;

    @Test
    void truncationIsAnExceptionAndNoCrash() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "this system does not list open files");
        Path models = Files.createDirectory(folder.resolve("models"));
        for (BlockType type : WeightTypes.all()) {
            Files.write(models.resolve(type.name() + ".gguf"), TinyLlama.of(type).writer().toByteArray());
        }
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Xmx256m",
                "-XX:ErrorFile=" + folder.resolve("hs_err"), "-XX:-CreateCoredumpOnCrash", "-cp",
                System.getProperty("java.class.path"), TruncatedFileProgram.class.getName(), models.toString())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ended by itself: %s", Files.readString(log))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String output = Files.readString(log);
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output.lines().filter(line -> line.startsWith("ok"))).as(output)
                .hasSize((2 * 2 + 3) * WeightTypes.all().size());
    }
}
