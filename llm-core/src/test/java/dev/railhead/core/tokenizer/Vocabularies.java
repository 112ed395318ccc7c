package dev.railhead.core.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.railhead.Tokenizer;
import dev.railhead.gguf.GgufFile;
import dev.railhead.gguf.testing.ReferenceData;
import dev.railhead.spi.Metadata;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/// Finds the vocabularies and expectations of the tests: the tiny ones are test resources, the others belong to the
/// reference folder.
final class Vocabularies {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Vocabularies() {}

    /// A file of the test resources, or else of the reference folder; skips the test if that is absent.
    static Path expectation(String name) {
        return name.startsWith("tiny-") ? resource(name) : ReferenceData.of("tokenizer/" + name);
    }

    static Tokenizer tokenizer(String vocabulary) {
        return Tokenizers.of(metadata(vocabulary));
    }

    static Metadata metadata(String vocabulary) {
        if (vocabulary.startsWith("tiny-")) {
            return read(resource(vocabulary + ".gguf"));
        }
        if (vocabulary.equals("stories260K")) {
            return read(ReferenceData.of("llama2c/stories260K/stories260K.gguf"));
        }
        return unzipped(ReferenceData.of("vocab/ggml-vocab-" + vocabulary + ".gguf.gz"));
    }

    static Metadata unzipped(Path file) {
        try {
            Path copy = Files.createTempFile("vocab", ".gguf");
            try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
                return read(copy);
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Metadata read(Path file) {
        try (GgufFile gguf = GgufFile.open(file)) {
            return gguf.metadata();
        }
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(Vocabularies.class.getResource("/tokenizer/" + name), name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(Path file) throws IOException {
        return JSON.readTree(file.toFile());
    }

    static List<JsonNode> jsonLines(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank()) {
                lines.add(JSON.readTree(line));
            }
        }
        return lines;
    }

    static int[] ints(JsonNode array) {
        return JSON.convertValue(array, int[].class);
    }
}
