package dev.railhead.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.core.model.Architectures;
import dev.railhead.core.tokenizer.PreTokenizers;
import dev.railhead.core.tokenizer.Tokenizers;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The tables of what is supported, in the README, say what the registries say. Run with `-Drailhead.updateReadme=true` to write
/// them anew.
class SupportedTableTest {
    private static final Path README = Path.of("../README.md");

    @Test
    void families() throws IOException {
        check("families",
                Architectures.names().stream().map(name -> "| `" + name + "` | " + Architectures.models(name) + " |")
                        .collect(Collectors.joining("\n", "| `general.architecture` | models |\n| --- | --- |\n", "")));
    }

    @Test
    void weightTypes() throws IOException {
        check("weight types", WeightTypes.all().stream().map(BlockType::name).collect(Collectors.joining(", ")));
    }

    @Test
    void tokenizers() throws IOException {
        check("tokenizers", "`tokenizer.ggml.model`: " + quoted(Tokenizers.names()) + ". `tokenizer.ggml.pre`: "
                + quoted(PreTokenizers.names()) + ". Others are refused by name.");
    }

    private static String quoted(Collection<String> names) {
        return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    }

    private static void check(String table, String expected) throws IOException {
        String readme = Files.readString(README);
        String begin = "<!-- generated: " + table + " -->\n";
        String end = "\n<!-- end -->";
        int from = readme.indexOf(begin) + begin.length();
        int to = readme.indexOf(end, from);
        assertThat(from).as("'" + begin.strip() + "' in the README").isGreaterThanOrEqualTo(begin.length());
        if (System.getProperty("railhead.updateReadme") != null) {
            Files.writeString(README, readme.substring(0, from) + expected + readme.substring(to));
        } else {
            assertThat(readme.substring(from, to)).isEqualTo(expected);
        }
    }
}
