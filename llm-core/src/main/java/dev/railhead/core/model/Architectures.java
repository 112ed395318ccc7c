package dev.railhead.core.model;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.railhead.KvCacheType;
import dev.railhead.UnsupportedModelException;
import dev.railhead.core.kv.SequenceLayout;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Metadata;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// The registry of model families: a new family is one file and one entry here.
public final class Architectures {
    private static final ImmutableMap<String, Architecture> BY_NAME = Maps
            .uniqueIndex(List.of(new Llama(), new Qwen2(), new Qwen3(), new Qwen3Moe(),
                    new Qwen2Moe(), new Gemma(), new Gemma2(), new Gemma3(), new Phi3(), new GptOss(), new Mistral3(),
                    Granite.dense(), Granite.withExperts(), new SmolLm3(), new Olmo2(), new Olmoe(),
                    new Glm4(), new Glm4Moe(), new CommandR(), new Cohere2(), new Gpt2(), new Falcon(),
                    new StarCoder2(), new StableLm(), new DeepSeek2(), new Gemma4(),
                    new Lfm2("lfm2", "LFM 2"), new Lfm2("lfm2moe", "LFM 2 8B-A1B"), new Mamba(),
                    new Qwen35("qwen35", "Qwen 3.5 (dense)", false),
                    new Qwen35("qwen35moe", "Qwen 3.5 (experts)", false),
                    new Qwen35("qwen3next", "Qwen 3 Next", true), new Bert(), new NomicBert(), new ModernBert(),
                    new GemmaEmbedding(), new NomicBertMoe(), new JinaBertV2(), new JinaBertV3(), new NeoBert(),
                    new EuroBert(), new T5(), new T5Encoder()), Architecture::name);

    private Architectures() {}

    /// The families Railhead runs, as in `general.architecture`.
    public static Set<String> names() {
        return BY_NAME.keySet();
    }

    /// The best known models of a family, for people.
    ///
    /// @param name one of [#names()]
    public static String models(String name) {
        return Objects.requireNonNull(BY_NAME.get(name), name).models();
    }

    /// Refuses a model of a family that Railhead doesn't run.
    ///
    /// @throws UnsupportedModelException if the family is none of [#names()]
    public static void check(Metadata metadata) {
        of(metadata);
    }

    /// Reads hyperparameters, checks and packs the weights of a model of any family.
    ///
    /// @param weights the file's metadata and tensors, and the backend to pack for
    /// @param contextLength positions a sequence may have
    /// @param capacity largest number of rows of a step
    /// @throws dev.railhead.ModelLoadException if a key or tensor is missing, out of range or not supported
    public static Graph load(Weights weights, int contextLength, int capacity) {
        return of(weights.metadata()).load(weights, contextLength, capacity);
    }

    /// Refuses a model that can't continue a text, because its tokens see those behind them.
    ///
    /// @throws UnsupportedModelException also if the family is none of [#names()]
    public static void checkGenerates(Metadata metadata) {
        if (!attention(metadata).mask().causal()) {
            throw new UnsupportedModelException("key 'general.architecture' of " + metadata.file()
                    + ": expected a model that generates text, found '" + metadata.string("general.architecture")
                    + "', an encoder; load it with EmbeddingModel.load");
        }
    }

    /// As [#load], for hidden states instead of logits.
    public static TextEncoder loadEncoder(Weights weights, int contextLength, int capacity) {
        return new TextEncoder(of(weights.metadata()), weights, contextLength, capacity);
    }

    /// Whether a text is computed in one step whole: where tokens see those behind them, and where a decoder reads it.
    public static boolean computesWholeTexts(Metadata metadata) {
        return decoderStart(metadata) >= 0 || !attention(metadata).mask().causal();
    }

    /// The token that a model's decoder begins with after a source text, which an encoder has read before; −1 for a model without
    /// source texts.
    public static int decoderStart(Metadata metadata) {
        return of(metadata).decoderStart(metadata);
    }

    /// Rows that working memory on the heap is for. Where a step may have more, it goes through in parts, and the hidden states of
    /// all its rows are off-heap.
    ///
    /// @param stepRows largest number of rows of a step
    public static int workingRows(Metadata metadata, int stepRows) {
        return of(metadata).workingRows(stepRows);
    }

    /// Sequences of keys and values that a session keeps: one, and one for the source text where there is one.
    public static int sequencesPerSession(Metadata metadata) {
        return decoderStart(metadata) < 0 ? 1 : 2;
    }

    /// What a sequence of a model keeps, from its metadata alone.
    ///
    /// @param type how keys and values are kept
    /// @param stepRows largest number of rows that a step has of one sequence
    public static SequenceLayout sequenceLayout(Metadata metadata, KvCacheType type, int stepRows) {
        Architecture architecture = of(metadata);
        return new SequenceLayout(architecture.kvLayout(metadata).withType(type), architecture.stateLengths(metadata),
                stepRows);
    }

    /// The first attention layer of a model, from its metadata alone.
    public static AttentionShape attention(Metadata metadata) {
        return of(metadata).attention(metadata);
    }

    private static Architecture of(Metadata metadata) {
        String name = metadata.string("general.architecture");
        Architecture architecture = BY_NAME.get(name);
        if (architecture == null) {
            throw new UnsupportedModelException(
                    "key 'general.architecture' of " + metadata.file() + ": expected one of "
                            + BY_NAME.keySet() + ", found '" + name + "'; this family is not supported yet");
        }
        return architecture;
    }
}
