package dev.railhead.cli;

import static dev.railhead.cli.Invocation.llm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.demo.DemoModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedCacheOptionTest {
    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void writeModel() throws IOException, InterruptedException {
        model = folder.resolve("model.gguf");
        try (InputStream in = DemoModel.open()) {
            Files.copy(in, model);
        }
        Thread.sleep(30); // until the file system's clock ticks: a model that was just written is not kept
    }

    private String run(String... options) {
        String[] args = new String[options.length + 7];
        System.arraycopy(new String[]{"run", "Once upon a time", "-m", model.toString(), "--greedy", "-n", "4"}, 0,
                args,
                0, 7);
        System.arraycopy(options, 0, args, 7, options.length);
        Invocation run = llm(args);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out();
    }

    @Test
    void packedWeightsAreKeptBesideTheModel() throws IOException {
        String expected = run();
        Path cache = folder.resolve("model.gguf.railhead");
        assertThat(cache).doesNotExist();
        assertThat(run("--packed-cache")).isEqualTo(expected);
        FileTime written = Files.getLastModifiedTime(cache);
        assertThat(run("--packed-cache")).isEqualTo(expected);
        assertThat(Files.getLastModifiedTime(cache)).isEqualTo(written);
    }

    @Test
    void theModeImpliesTheFile() throws IOException {
        String expected = run();
        Path cache = folder.resolve("model.gguf.railhead");
        for (String mode : new String[]{"map", "map", "copy", "COPY"}) {
            assertThat(run("--packed-cache-mode", mode)).as(mode).isEqualTo(expected);
            assertThat(cache).exists();
        }
        Invocation wrong = llm("run", "x", "-m", model.toString(), "--packed-cache-mode", "own");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("--packed-cache-mode", "'own'", "COPY, MAP");
    }

    @Test
    void packedWeightsAreKeptInADirectory() {
        Path directory = folder.resolve("cache");
        assertThat(run("--packed-cache-dir", directory.toString())).isEqualTo(run());
        assertThat(directory).isDirectoryContaining("glob:**/model.gguf-*.railhead");
        assertThat(folder.resolve("model.gguf.railhead")).doesNotExist();
    }
}
