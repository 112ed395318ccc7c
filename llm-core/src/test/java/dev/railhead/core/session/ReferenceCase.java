package dev.railhead.core.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.core.model.Architectures;
import dev.railhead.gguf.testing.ReferenceData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A model with the logits that the reference implementation computed for it; from the test resources.
public record ReferenceCase(String path, JsonNode json, @Nullable Path folder) {
    /// Models of the llama family, all weights F32.
    public static final List<String> ARCH = List.of("llama-bias", "llama-fused-qkv", "llama-linear-rope",
            "llama-longrope", "llama-plain", "llama-tied-mha-headdim", "llama-yarn", "llama3-rope-freqs");

    /// Models of one weight type, or a mixture.
    public static final List<String> QUANT = List.of("F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K",
            "Q5_K", "Q6_K", "Q2_K", "Q3_K", "IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S",
            "IQ4_NL", "IQ4_XS", "MXFP4", "NVFP4", "TQ1_0", "TQ2_0", "Q1_0", "Q2_0", "mixed-Q2_K", "mixed-Q3_K_M",
            "mixed-Q4_K_M", "mixed-Q5_K_M");

    private static final ObjectMapper JSON = new ObjectMapper();

    public static Stream<ReferenceCase> arch() {
        return ARCH.stream().map(name -> of("arch/" + name));
    }

    public static Stream<ReferenceCase> quant() {
        return QUANT.stream().map(name -> of("quant/" + name));
    }

    public static Stream<ReferenceCase> all() {
        return Stream.concat(arch(), quant());
    }

    static ReferenceCase of(String path) {
        try {
            return new ReferenceCase(path, JSON.readTree(resource(path + "/case.json")), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Every decoder of a family that is supported, from the folder of reference data; skips the test if there is none.
    public static Stream<ReferenceCase> families() {
        Path folder = ReferenceData.of("arch");
        try (Stream<Path> cases = Files.list(folder)) {
            return cases.sorted().map(ReferenceCase::in).filter(ReferenceCase::isSupportedDecoder).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ReferenceCase in(Path folder) {
        try {
            return new ReferenceCase(folder.getFileName().toString(),
                    JSON.readTree(Files.readAllBytes(folder.resolve("case.json"))), folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isSupportedDecoder() {
        return json.get("kind").textValue().equals("causal-lm")
                && Architectures.names().contains(json.get("arch").textValue());
    }

    private byte[] file(String name) {
        try {
            return folder == null ? resource(path + "/" + name) : Files.readAllBytes(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] resource(String path) {
        try (InputStream in = ReferenceCase.class.getResourceAsStream("/reference/" + path)) {
            return Objects.requireNonNull(in, path).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The model's file.
    byte[] model() {
        return file("model.gguf");
    }

    public Model load(ModelOptions options) {
        return Model.load(path, new ByteArrayInputStream(model()),
                options.withContextLength(json.get("n_ctx").intValue()));
    }

    public int[] tokens() {
        return ints("tokens");
    }

    public int[] greedyContinuation() {
        return ints("greedy_continuation");
    }

    /// Smallest distance between the best and the second best logit on the way of the greedy continuation.
    public double greedyGap() {
        return json.get("greedy_min_logit_gap").doubleValue();
    }

    /// The error of the reference implementation's own 8-bit activation kernels.
    public double quantizedActivationError() {
        return json.get("quantised_activation_run").get("nmse_of_logits_vs_expected").doubleValue();
    }

    private int[] ints(String key) {
        JsonNode array = json.get(key);
        return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
    }

    /// The expected logits, `float[positions][vocabulary]`.
    public float[][] logits() {
        var buffer = ByteBuffer.wrap(file("logits.f32")).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[][] logits = new float[json.get("logits_shape").get(0).intValue()][json.get("n_vocab").intValue()];
        for (float[] row : logits) {
            buffer.get(row);
        }
        return logits;
    }

    /// Normalised mean square error: Σ(a − b)² / Σ b².
    public static double nmse(float[][] found, float[][] expected) {
        double error = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                double difference = (double) found[i][j] - expected[i][j];
                error += difference * difference;
                norm += (double) expected[i][j] * expected[i][j];
            }
        }
        return error / norm;
    }

    @Override
    public String toString() {
        return path;
    }
}
