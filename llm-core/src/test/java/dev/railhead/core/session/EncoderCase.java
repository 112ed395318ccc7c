package dev.railhead.core.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.gguf.testing.ReferenceData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// An encoder with the hidden states, pooled vectors and scores that the reference implementation computed for one text; from
/// the folder of reference data.
public record EncoderCase(Path folder, JsonNode json) {
    /// The cases by their names in the reference data.
    public static final List<String> NAMES = List.of("bert-cls", "bert-mean", "bert-rank", "nomic-bert", "modern-bert");

    private static final ObjectMapper JSON = new ObjectMapper();

    /// All cases; skips the test if there is no reference data.
    public static Stream<EncoderCase> all() {
        return NAMES.stream().map(EncoderCase::of);
    }

    /// One case; skips the test if there is no reference data.
    public static EncoderCase of(String name) {
        Path folder = ReferenceData.of("arch/" + name);
        try {
            return new EncoderCase(folder, JSON.readTree(Files.readAllBytes(folder.resolve("case.json"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The model file.
    public Path file() {
        return folder.resolve("model.gguf");
    }

    /// Loads the model.
    public EmbeddingModel load(EmbeddingOptions options) {
        return EmbeddingModel.load(file(), options);
    }

    /// The tokens of the text.
    public int[] tokens() {
        JsonNode array = json.get("tokens");
        return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
    }

    /// Whether the case has an expected output of this name.
    public boolean has(String name) {
        return Files.exists(folder.resolve(name + ".f32"));
    }

    /// An expected output.
    ///
    /// @return `float[count][...]`
    public float[][] expected(String name, int count) {
        try {
            var buffer = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name + ".f32")))
                    .order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            float[][] rows = new float[count][buffer.remaining() / count];
            for (float[] row : rows) {
                buffer.get(row);
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
