package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.LoadMode;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Pooling;
import dev.railhead.Session;
import dev.railhead.gguf.GgufFile;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// What a mixed quantized file of every encoder and of T5 must give with every backend. The files are made of tiny models, see
/// [MixedModel]. A backend's test extends this.
@ParameterizedClass
@MethodSource("files")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class MixedEncoderContract {
    /// What activations of 8 bits cost. Measured: 2.1e-5 to 1.6e-3, on an average over a text two thirds of what they cost in llama.cpp
    /// 0.5.0 with the same files.
    private static final double ACTIVATION_ERROR = 5e-3;

    /// And where a router chooses another expert now and then. Measured: 3.6e-2.
    private static final double ROUTED_ERROR = 1e-1;

    private static final int TOKENS = 8;

    /// A tiny model and the seed of its weights.
    record Source(String name, Supplier<byte[]> tiny, int seed) {
        @Override
        public String toString() {
            return name + ", seed " + seed;
        }
    }

    @Parameter
    Source source;

    private byte[] file = {};
    private int[] tokens = {};

    /// The backend under test.
    protected abstract ModelOptions options();

    static Stream<Source> files() {
        List<Source> files = new ArrayList<>();
        Stream.concat(EncoderCase.all(), Stream.of("t5-relu", "t5-gated").map(EncoderCase::new))
                .forEach(tiny -> files.add(new Source(tiny.name(), () -> tiny.file("model.gguf"), files.size())));
        for (GeneratedEncoder tiny : GeneratedEncoder.values()) {
            files.add(new Source(tiny.name(), () -> tiny.writer().to().toByteArray(), files.size()));
        }
        files.add(new Source("deep decoder of T5", GeneratedT5.DEEP_DECODER::file, files.size()));
        return files.stream();
    }

    @BeforeParameterizedClassInvocation
    void makeFile() {
        file = MixedModel.of(source.tiny.get(), source.seed);
        try (GgufFile gguf = MixedModel.open(file)) {
            int vocabulary = gguf.metadata().strings("tokenizer.ggml.tokens").size();
            tokens = new Random(source.seed).ints(TOKENS, 0, vocabulary).toArray();
        }
    }

    /// The mixed quantized file.
    protected final byte[] file() {
        return file;
    }

    /// Hidden states, what comes behind pooling, and the decoder's logits: those of them that the model has.
    protected final float[][] outputs(byte[] bytes, ModelOptions options) {
        ModelOptions fitted = options.withContextLength(64);
        List<float[]> outputs = new ArrayList<>();
        try (EmbeddingModel model = EmbeddingModel.load(source.toString(), new ByteArrayInputStream(bytes),
                EmbeddingOptions.defaults().withModel(fitted).withPooling(Pooling.MEAN))) {
            outputs.addAll(List.of(model.tokenEmbeddings(tokens)));
            outputs.addAll(List.of(model.embedTokens(List.of(tokens))));
            if (model.canRank()) {
                outputs.addAll(List.of(model.rankTokens(List.of(tokens))));
            }
        }
        if (hasDecoder()) {
            outputs.addAll(logits(bytes, fitted));
        }
        return outputs.toArray(float[][]::new);
    }

    private boolean hasDecoder() {
        try (GgufFile gguf = MixedModel.open(file)) {
            return gguf.metadata().string("general.architecture").equals("t5");
        }
    }

    private List<float[]> logits(byte[] bytes, ModelOptions options) {
        List<float[]> logits = new ArrayList<>();
        try (Model model = Model.load(source.toString(), new ByteArrayInputStream(bytes), options);
                Session session = model.newSession()) {
            session.prefill(tokens);
            logits.add(session.logits());
            for (int token : tokens) {
                session.decode(token);
                logits.add(session.logits());
            }
        }
        return logits;
    }

    @Test
    void outputsAreAsNearAsActivationsOfEightBitsAllow() {
        float[][] expected = outputs(MixedModel.inSinglePrecision(file), options());
        float[][] found = outputs(file, options());
        IntStream.range(0, found.length).forEach(i -> assertThat(
                ReferenceCase.nmse(new float[][]{found[i]}, new float[][]{expected[i]})).as("output %d", i)
                .isBetween(1e-6, isRouted() ? ROUTED_ERROR : ACTIVATION_ERROR));
    }

    private boolean isRouted() {
        try (GgufFile gguf = MixedModel.open(file)) {
            return gguf.tensors().stream().anyMatch(tensor -> tensor.name().contains("_exps."));
        }
    }

    @Test
    void loadModesAndThreadsGiveTheSameBits() {
        float[][] expected = outputs(file, options().withThreads(1));
        assertThat(outputs(file, options().withThreads(2))).isDeepEqualTo(expected);
        assertThat(outputs(file, options().withLoadMode(LoadMode.MAPPED))).isDeepEqualTo(expected);
    }
}
