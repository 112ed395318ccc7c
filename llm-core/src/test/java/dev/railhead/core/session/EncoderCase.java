package dev.railhead.core.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.gguf.testing.ReferenceData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// An encoder, or an encoder-decoder, with the hidden states, pooled vectors and scores that the reference implementation computed for one text; from
/// the test resources, or else from the folder of reference data.
public record EncoderCase(String name) {
    /// The cases by their names in the reference data.
    public static final List<String> NAMES = List.of("bert-cls", "bert-mean", "bert-rank", "nomic-bert", "modern-bert");

    private static final ObjectMapper JSON = new ObjectMapper();

    /// All cases.
    public static Stream<EncoderCase> all() {
        return NAMES.stream().map(EncoderCase::new);
    }

    /// A file of the case; skips the test if it is nowhere.
    public byte[] file(String file) {
        try (InputStream in = EncoderCase.class.getResourceAsStream("/reference/arch/" + name + "/" + file)) {
            return in != null ? in.readAllBytes() : Files.readAllBytes(ReferenceData.of("arch/" + name + "/" + file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Loads the model.
    public EmbeddingModel load(EmbeddingOptions options) {
        return EmbeddingModel.load(name, new ByteArrayInputStream(file("model.gguf")), options);
    }

    /// The tokens of the text.
    public int[] tokens() {
        return ints("tokens");
    }

    /// An array of the case's description.
    public int[] ints(String key) {
        try {
            JsonNode array = JSON.readTree(file("case.json")).get(key);
            return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// An expected output.
    ///
    /// @return `float[count][...]`
    public float[][] expected(String output, int count) {
        var buffer = ByteBuffer.wrap(file(output + ".f32")).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[][] rows = new float[count][buffer.remaining() / count];
        for (float[] row : rows) {
            buffer.get(row);
        }
        return rows;
    }

    @Override
    public String toString() {
        return name;
    }
}
