package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.KvCacheType;
import dev.railhead.LoadMode;
import dev.railhead.LoadProgress;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import dev.railhead.core.cache.PackedWeights;
import dev.railhead.core.model.Architectures;
import dev.railhead.core.model.Weights;
import dev.railhead.gguf.GgufFile;
import dev.railhead.spi.Backend;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// What a mixed quantized file of every family must give with every backend. The files are made of the tiny reference models, see
/// [MixedModel]. A backend's test extends this.
@ParameterizedClass
@MethodSource("files")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class MixedFamilyContract {
    /// What activations of 8 bits cost in models without experts. Measured: 5.4e-5 to 2.3e-3; 5.2e-3 of Gemma 4, whose scores are
    /// not scaled and so are large with random weights.
    private static final double ACTIVATION_ERROR = 1e-2;

    /// And where a router chooses another expert now and then. Measured: 1.8e-4 to 3.8e-2.
    private static final double ROUTED_ERROR = 1e-1;

    /// How much more memory may be planned than is packed: convolutions, rates of recurrences and biases of experts have two
    /// dimensions and count as matrices. Measured: up to 1.14, and 1.27 of Mamba.
    private static final double PLANNED_FACTOR = 1.3;

    private static final int TOKENS = 8;

    /// A reference model and the seed of its weights.
    record Source(ReferenceCase reference, int seed) {
        @Override
        public String toString() {
            return reference + ", seed " + seed;
        }
    }

    @Parameter
    Source source;

    private byte[] file = {};

    /// The backend under test.
    protected abstract ModelOptions options();

    static Stream<Source> files() {
        List<ReferenceCase> cases = ReferenceCase.families().toList();
        return IntStream.range(0, cases.size()).mapToObj(i -> new Source(cases.get(i), i));
    }

    @BeforeParameterizedClassInvocation
    void makeFile() {
        file = MixedModel.of(source.reference.model(), source.seed);
    }

    /// The mixed quantized file.
    protected final byte[] file() {
        return file;
    }

    /// The options that all loads of this test have.
    protected final ModelOptions fitted(ModelOptions options) {
        return options.withKvCacheType(KvCacheType.F32).withContextLength(64);
    }

    /// The first tokens of the reference's text.
    protected final int[] tokens() {
        return Arrays.copyOf(source.reference.tokens(), TOKENS);
    }

    /// The logits at all positions.
    protected final float[][] logits(byte[] bytes, ModelOptions options) {
        try (Model model = load(bytes, options)) {
            return LogitsContract.batch(model, tokens());
        }
    }

    /// The logits of a loaded model at all positions.
    protected final float[][] batch(Model model) {
        return LogitsContract.batch(model, tokens());
    }

    private Model load(byte[] bytes, ModelOptions options) {
        return Model.load(source.toString(), new ByteArrayInputStream(bytes), fitted(options));
    }

    @Test
    void logitsAreAsNearAsActivationsOfEightBitsAllow() {
        float[][] expected = logits(MixedModel.inSinglePrecision(file()), options());
        double error = ReferenceCase.nmse(logits(file(), options()), expected);
        assertThat(error).isBetween(1e-6, isRouted() ? ROUTED_ERROR : ACTIVATION_ERROR);
    }

    private boolean isRouted() {
        try (GgufFile gguf = MixedModel.open(file)) {
            return gguf.tensors().stream().anyMatch(tensor -> tensor.name().contains("_exps."));
        }
    }

    @Test
    void oneTokenAtATimeChunksAndLoadModesGiveTheSameBits() {
        float[][] expected = logits(file(), options().withThreads(1));
        try (Model model = load(file(), options()); Session session = model.newSession()) {
            for (int i = 0; i < TOKENS; i++) {
                session.decode(tokens()[i]);
                assertThat(session.logits()).as("position %d", i).containsExactly(expected[i]);
            }
        }
        LogitsContract.assertSameBits(logits(file(), options().withPrefillChunk(3).withThreads(2)), expected,
                "chunks of 3");
        LogitsContract.assertSameBits(logits(file(), options().withLoadMode(LoadMode.MAPPED)), expected, "mapped");
    }

    @Test
    void memoryIsPlannedForAllThatIsPacked() {
        for (LoadMode mode : LoadMode.values()) {
            ModelOptions options = fitted(options()).withLoadMode(mode);
            try (GgufFile gguf = MixedModel.open(file());
                    Backend backend = Backends.create(options.backend(), 2);
                    PackedWeights packed = PackedWeights.of(gguf, backend, options);
                    var arena = new CountingArena()) {
                long planned = MemoryPlan.matrices(gguf, packed).stream().mapToLong(Long::longValue).sum();
                Architectures.load(new Weights(gguf, backend, packed, arena, LoadProgress.NONE), 64, 16);
                assertThat(planned).as("%s", mode).isBetween(arena.bytes(), (long) (PLANNED_FACTOR * arena.bytes()));
            }
        }
    }
}
