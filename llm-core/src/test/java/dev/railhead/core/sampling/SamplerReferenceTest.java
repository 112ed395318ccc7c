package dev.railhead.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.railhead.Sampler;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The surviving candidates and their probabilities are those of llama.cpp.
class SamplerReferenceTest {
    /// Relative. A logit l has a rounding error of 2^−24 · |l| from the division by the temperature, on both sides;
    /// |l| stays below 64 here, so the weight is off by 2 · 64 · 2^−24 = 2^−17 at most. llama.cpp's float exp, sum and
    /// division and the file's 7 digits add less than 2^−19.
    private static final double TOLERANCE = 0x1p-17 + 0x1p-19;

    record Case(String name, float[] logits, Sampler sampler, int[] tokens, double[] probabilities) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                SamplerReferenceTest.class.getResourceAsStream("/sampling/samplers.json.gz"))) {
            JsonNode root = new ObjectMapper().readTree(new GZIPInputStream(in));
            List<Case> cases = new ArrayList<>();
            for (JsonNode node : root.get("cases")) {
                JsonNode vector = root.get("logit_vectors").get(node.get("logits").intValue());
                float[] logits = new float[vector.size()];
                IntStream.range(0, logits.length).forEach(i -> logits[i] = vector.get(i).floatValue());
                JsonNode expected = node.get("expected");
                int[] tokens = IntStream.range(0, expected.size()).map(i -> expected.get(i).get(0).intValue())
                        .toArray();
                double[] probabilities = IntStream.range(0, expected.size())
                        .mapToDouble(i -> expected.get(i).get(1).doubleValue()).toArray();
                cases.add(new Case(cases.size() + " " + node.get("sampler").asText() + " "
                        + node.path("params") + node.path("chain"), logits, sampler(node), tokens, probabilities));
            }
            return cases;
        }
    }

    private static Sampler sampler(JsonNode node) {
        JsonNode params = node.path("params");
        return switch (node.get("sampler").asText()) {
            case "top_k" -> new TopK(params.get("k").intValue());
            case "top_p" -> new TopP(params.get("p").floatValue());
            case "min_p" -> new MinP(params.get("p").floatValue());
            case "temp" -> new Temperature(params.get("temperature").floatValue());
            case "chain" -> {
                List<Sampler> samplers = new ArrayList<>();
                node.get("chain").forEach(member -> samplers.add(sampler(member)));
                yield new Chain(samplers);
            }
            case String other -> throw new IllegalArgumentException(other);
        };
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sameCandidatesAsLlamaCpp(Case c) {
        CandidateList candidates = new CandidateList(c.logits.length);
        candidates.reset(c.logits);
        c.sampler.apply(candidates);
        candidates.sort();

        assertThat(IntStream.range(0, candidates.size()).map(candidates::token).toArray())
                .containsExactlyInAnyOrder(c.tokens);
        for (int i = 0; i < c.tokens.length; i++) {
            int token = c.tokens[i];
            int index = IntStream.range(0, candidates.size()).filter(j -> candidates.token(j) == token).findFirst()
                    .orElseThrow();
            assertThat((double) candidates.probability(index)).as("token %d", token)
                    .isCloseTo(c.probabilities[i], within(TOLERANCE * c.probabilities[i] + Float.MIN_NORMAL));
        }
    }
}
