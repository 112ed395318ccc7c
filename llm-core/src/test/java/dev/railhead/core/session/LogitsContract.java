package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.KvCacheType;
import dev.railhead.LoadMode;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every backend must give: the reference's logits, and the same bits whichever way the tokens are fed. A backend's
/// test extends this.
public abstract class LogitsContract {
    /// The bound for models whose weights are F32.
    private static final double F32_ERROR = 2e-8;

    /// How much larger than the reference's own error ours may be where activations are quantized. Measured: 0.98 to 1.00
    /// times for the simple types, 1.06 for Q2_0, 0.5 for the K types, whose activations the reference quantizes in blocks of 256.
    private static final double QUANTIZED_FACTOR = 1.07;

    /// The bounds for models whose weights are F32 and whose keys and values are not. Measured: F16 1.4e-7 to 8.0e-7, Q8_0
    /// 3.9e-5 to 5.1e-4.
    private static final Map<KvCacheType, Double> CACHE_ERROR = Map.of(KvCacheType.F16, 1e-6, KvCacheType.Q8_0, 6e-4);

    /// The backend under test.
    protected abstract ModelOptions options();

    static java.util.stream.Stream<ReferenceCase> arch() {
        return ReferenceCase.arch();
    }

    static java.util.stream.Stream<ReferenceCase> quant() {
        return ReferenceCase.quant();
    }

    static java.util.stream.Stream<ReferenceCase> all() {
        return ReferenceCase.all();
    }

    @ParameterizedTest
    @MethodSource("arch")
    void logitsOfF32ModelsEqualTheReference(ReferenceCase reference) {
        try (Model model = reference.load(options())) {
            assertThat(ReferenceCase.nmse(batch(model, reference.tokens()), reference.logits())).isLessThan(F32_ERROR);
        }
    }

    @ParameterizedTest
    @MethodSource("arch")
    void smallerKeysAndValuesCostWhatTheirTypeSays(ReferenceCase reference) {
        CACHE_ERROR.forEach((type, bound) -> {
            try (Model model = reference.load(options().withKvCacheType(type))) {
                double error = ReferenceCase.nmse(batch(model, reference.tokens()), reference.logits());
                assertThat(error).as(type.name()).isBetween(bound / 20, bound);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("quant")
    void logitsOfQuantizedModelsAreAsNearAsTheReferencesOwn(ReferenceCase reference) {
        try (Model model = reference.load(options())) {
            double bound = Math.max(F32_ERROR, QUANTIZED_FACTOR * reference.quantizedActivationError());
            assertThat(ReferenceCase.nmse(batch(model, reference.tokens()), reference.logits())).isLessThan(bound);
        }
    }

    @ParameterizedTest
    @MethodSource("arch")
    void greedyTokensEqualTheReference(ReferenceCase reference) {
        try (Model model = reference.load(options()); Session session = model.newSession()) {
            assertGreedy(session, reference);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void oneTokenAtATimeGivesTheSameBits(ReferenceCase reference) {
        for (KvCacheType type : KvCacheType.values()) {
            try (Model model = reference.load(options().withKvCacheType(type)); Session session = model.newSession()) {
                float[][] batch = batch(model, reference.tokens());
                for (int i = 0; i < reference.tokens().length; i++) {
                    session.decode(reference.tokens()[i]);
                    assertThat(session.logits()).as("%s, position %d", type, i).containsExactly(batch[i]);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void chunkSizesThreadsAndLoadModesGiveTheSameBits(ReferenceCase reference) {
        for (KvCacheType type : KvCacheType.values()) {
            chunkSizesThreadsAndLoadModesGiveTheSameBits(reference, options().withKvCacheType(type));
        }
    }

    private static void chunkSizesThreadsAndLoadModesGiveTheSameBits(ReferenceCase reference, ModelOptions options) {
        float[][] expected;
        try (Model model = reference.load(options.withThreads(1))) {
            expected = batch(model, reference.tokens());
        }
        ModelOptions[] variants = {options.withPrefillChunk(1), options.withPrefillChunk(7).withThreads(2),
                options.withPrefillChunk(33).withThreads(3), options.withLoadMode(LoadMode.MAPPED),
                options.withLoadMode(LoadMode.MAPPED).withPrefillChunk(5).withThreads(2)};
        for (ModelOptions variant : variants) {
            try (Model model = reference.load(variant)) {
                assertSameBits(batch(model, reference.tokens()), expected, variant.toString());
            }
        }
    }

    static void assertGreedy(Session session, ReferenceCase reference) {
        int[] expected = reference.greedyContinuation();
        int[] found = new int[expected.length];
        session.prefill(reference.tokens());
        for (int i = 0; i < found.length; i++) {
            found[i] = argmax(session.logits());
            session.decode(found[i]);
        }
        assertThat(found).containsExactly(expected);
    }

    protected static void assertSameBits(float[][] found, float[][] expected, String description) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(Arrays.equals(found[i], expected[i])).as("%s, position %d", description, i).isTrue();
        }
    }

    protected static float[][] batch(Model model, int[] tokens) {
        try (Session session = model.newSession()) {
            return ((AllLogits) session).allLogits(tokens);
        }
    }

    private static int argmax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }
}
