package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.GenerationOptions;
import dev.railhead.LoadMode;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.NumericException;
import dev.railhead.Session;
import dev.railhead.gguf.GgufFile;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.BytePatcher;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.ByteArrayInputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What every backend must make of weights that aren't finite: an exception that names layer and token, no token sampled,
/// and a session that goes on afterwards. A backend's test extends this.
@Timeout(60)
public abstract class NonFiniteWeightsContract {
    private static final int POISON = 200;

    /// Where in a block its scale is, or a weight itself; halves but for F32.
    private static final Map<String, Integer> PLACES = Map.of("F32", 0, "F16", 0, "BF16", 0, "Q8_0", 0, "Q4_0", 0,
            "Q5_1", 0, "Q4_K", 0, "Q6_K", 208);

    /// The backend under test.
    protected abstract ModelOptions options();

    private static byte[] good(String type) {
        return TinyLlama.of(WeightTypes.byName(type)).writer().toByteArray();
    }

    /// The bytes of a model with one bad block.
    private static byte[] damaged(byte[] model, String type, String tensor, long element, float value) {
        int at;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(model.length, 64);
            bytes.copyFrom(MemorySegment.ofArray(model));
            at = (int) (GgufFile.of("model", bytes).tensorOffset(tensor)
                    + WeightTypes.byName(type).bytes(element)) + PLACES.get(type);
        }
        ByteBuffer number = ByteBuffer.allocate(type.equals("F32") ? 4 : 2).order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case "F32" -> number.putFloat(value);
            case "BF16" -> number.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
            default -> number.putShort(Float.floatToFloat16(value));
        }
        return new BytePatcher(model).put(at, number.array()).bytes();
    }

    private Model load(byte[] bytes, LoadMode mode) {
        return Model.load("model.gguf", new ByteArrayInputStream(bytes), options().withLoadMode(mode));
    }

    static Stream<Arguments> matrices() {
        return PLACES.keySet().stream().sorted().flatMap(type -> Stream.of("attn_q", "attn_k", "attn_v", "attn_output",
                "ffn_gate", "ffn_up", "ffn_down").map(name -> Arguments.of(type, "blk.1." + name + ".weight")));
    }

    @ParameterizedTest
    @MethodSource("matrices")
    void aMatrixOfALayerIsNamed(String type, String tensor) {
        byte[] good = good(type);
        for (float value : new float[]{Float.NaN, Float.NEGATIVE_INFINITY}) {
            byte[] bytes = damaged(good, type, tensor, 0, value);
            for (LoadMode mode : LoadMode.values()) {
                try (Model model = load(bytes, mode); Session session = model.newSession()) {
                    String what = value + " " + mode;
                    assertThatThrownBy(() -> session.prefill(1, 70, 80)).as(what)
                            .isExactlyInstanceOf(NumericException.class)
                            .hasMessageContainingAll("layer 1", "token 1 at position 0");
                    assertThatThrownBy(() -> session.decode(70)).as(what).isExactlyInstanceOf(NumericException.class)
                            .hasMessageContaining("token 70 at position 0");
                    assertThat(session.position()).as(what).isZero();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theOutputMatrixIsNamed(LoadMode mode) {
        for (String type : PLACES.keySet()) {
            try (Model model = load(damaged(good(type), type, "output.weight", 0, Float.NaN), mode);
                    Session session = model.newSession()) {
                assertThatThrownBy(() -> session.prefill(1, 70, 80)).as(type)
                        .isExactlyInstanceOf(NumericException.class)
                        .hasMessageContainingAll("the output", "token 80 at position 2");
                assertThatThrownBy(() -> session.generate("abc", GenerationOptions.greedy())).as(type)
                        .isExactlyInstanceOf(NumericException.class);
                assertThat(session.position()).as(type).isLessThanOrEqualTo(4);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBadTokenLeavesTheSessionUsable(LoadMode mode) {
        for (String type : PLACES.keySet()) {
            byte[] good = good(type);
            int width = TinyLlama.of(WeightTypes.byName(type)).embeddingLength();
            float[][] expected;
            try (Model model = load(good, mode)) {
                expected = LogitsContract.batch(model, new int[]{1, 70, 80, 90});
            }
            byte[] bytes = damaged(good, type, "token_embd.weight", (long) POISON * width, Float.NaN);
            try (Model model = load(bytes, mode); Session session = model.newSession()) {
                session.prefill(1, 70);
                assertThatThrownBy(() -> session.decode(POISON)).as(type).isExactlyInstanceOf(NumericException.class)
                        .hasMessageContainingAll("layer 0", "token " + POISON + " at position 2");
                assertThatThrownBy(() -> session.prefill(80, POISON, 90)).as(type)
                        .isExactlyInstanceOf(NumericException.class)
                        .hasMessageContaining("token " + POISON + " at position 3");
                assertThat(session.tokens()).as(type).containsExactly(1, 70);
                session.decode(80);
                assertThat(session.logits()).as(type).containsExactly(expected[2]);
                session.rewind(1);
                assertThat(((AllLogits) session).allLogits(70, 80, 90)[2]).as(type).containsExactly(expected[3]);
                try (Session other = model.newSession()) { // on pages that have held NaN
                    assertThatThrownBy(() -> other.prefill(POISON, POISON, POISON, POISON, POISON)).as(type)
                            .isExactlyInstanceOf(NumericException.class);
                    assertThat(((AllLogits) other).allLogits(1, 70, 80, 90)[3]).as(type).containsExactly(expected[3]);
                }
            }
        }
    }

    @Test
    void aGenerationEndsBeforeABadToken() {
        byte[] bytes = damaged(good("F32"), "F32", "token_embd.weight", POISON * 32L, Float.NaN);
        try (Model model = load(bytes, LoadMode.PACKED); Session session = model.newSession()) {
            int[] prompt = {1, 70, 80};
            int[] next = {90, 91, POISON, 92};
            int[] at = {0};
            var options = GenerationOptions.builder().sampler(c -> c.pick(next[at[0]++])).build();
            int[] heard = {0};
            assertThatThrownBy(() -> session.generate(prompt, options, token -> heard[0]++))
                    .isExactlyInstanceOf(NumericException.class)
                    .hasMessageContainingAll("layer 0", "token " + POISON + " at position 5");
            assertThat(heard[0]).isEqualTo(3);
            assertThat(session.tokens()).containsExactly(1, 70, 80, 90, 91);
            session.decode(92);
            assertThat(session.position()).isEqualTo(6);
        }
    }
}
