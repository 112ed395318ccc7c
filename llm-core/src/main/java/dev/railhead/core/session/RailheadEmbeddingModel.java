package dev.railhead.core.session;

import dev.railhead.ContextOverflowException;
import dev.railhead.EmbeddingModel;
import dev.railhead.EmbeddingOptions;
import dev.railhead.ModelMetadata;
import dev.railhead.Pooling;
import dev.railhead.Tokenizer;
import dev.railhead.core.model.TextEncoder;
import dev.railhead.core.model.TextHead;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A loaded model that makes vectors of texts.
final class RailheadEmbeddingModel implements EmbeddingModel {
    private final RailheadModel model;
    private final TextEncoder encoder;
    private final Pooling pooling;
    private final PairText pairs;
    private final EmbeddingOptions options;
    private final SpecialFrame frame;
    private final TextPass pass;

    RailheadEmbeddingModel(RailheadModel model, TextEncoder encoder, Pooling pooling, PairText pairs,
            EmbeddingOptions options) {
        this.model = model;
        this.encoder = encoder;
        this.pooling = pooling;
        this.pairs = pairs;
        this.options = options;
        frame = new SpecialFrame(model.tokenizer());
        pass = new TextPass(model);
    }

    @Override
    public ModelMetadata metadata() {
        return model.metadata();
    }

    @Override
    public Tokenizer tokenizer() {
        return model.tokenizer();
    }

    @Override
    public String backend() {
        return model.backend();
    }

    @Override
    public int dimension() {
        TextHead projection = encoder.projection();
        return projection == null ? encoder.width() : projection.outputs();
    }

    @Override
    public int contextLength() {
        return model.contextLength();
    }

    @Override
    public Pooling pooling() {
        return pooling;
    }

    @Override
    public float[][] embed(List<String> texts) {
        return embedTokens(texts.stream().map(this::encode).toList());
    }

    @Override
    public float[][] embedTokens(List<int[]> texts) {
        if (pooling == Pooling.NONE || pooling == Pooling.RANK) {
            throw new IllegalStateException("embed: expected a pooling that makes one vector, found " + pooling
                    + "; choose another one with EmbeddingOptions.withPooling, or call "
                    + (pooling == Pooling.NONE ? "tokenEmbeddings" : "rank"));
        }
        float[][] embeddings = pool(texts, pooling, encoder.projection());
        if (options.normalized()) {
            for (float[] embedding : embeddings) {
                normalize(embedding);
            }
        }
        return embeddings;
    }

    private float[][] pool(List<int[]> texts, Pooling how, @Nullable TextHead head) {
        var pooled = new PooledTexts(how, head, texts.size(), encoder.width());
        pass.run(checked(texts), pooled);
        return pooled.results();
    }

    /// Divides by the length, in double precision and in the order of the values. A vector of zeros stays.
    private static void normalize(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        double length = Math.sqrt(squares);
        for (int i = 0; length > 0 && i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
    }

    @Override
    public float[][] tokenEmbeddings(String text) {
        return tokenEmbeddings(encode(text));
    }

    @Override
    public float[][] tokenEmbeddings(int... tokens) {
        List<int[]> text = checked(List.of(tokens));
        float[][] states = new float[text.getFirst().length][];
        pass.run(text, (index, position, x, offset) -> states[position] = Arrays.copyOfRange(x, offset,
                offset + encoder.width()));
        return states;
    }

    @Override
    public boolean canRank() {
        return encoder.rankHead() != null;
    }

    @Override
    public float[] rank(String query, List<String> documents) {
        requireRankHead();
        List<int[]> texts = documents.stream()
                .map(document -> pairs.tokens(model.tokenizer(), frame, query, document, lengthToCutTo())).toList();
        float[][] scores = rankTokens(texts);
        float[] first = new float[scores.length];
        for (int i = 0; i < scores.length; i++) {
            first[i] = scores[i][0];
        }
        return first;
    }

    @Override
    public float[][] rankTokens(List<int[]> texts) {
        return pool(texts, encoder.rankPooling(), requireRankHead());
    }

    private TextHead requireRankHead() {
        TextHead head = encoder.rankHead();
        if (head == null) {
            throw new IllegalStateException("rank: expected a model with a classification head (the tensor "
                    + "'cls.output.weight'), found none in " + metadata().name() + "; use a reranker, or embed");
        }
        return head;
    }

    private int[] encode(String text) {
        int[] tokens = model.tokenizer().encode(Objects.requireNonNull(text, "text"), true, false);
        return frame.cut(tokens, lengthToCutTo());
    }

    /// The length that long texts are cut to.
    private int lengthToCutTo() {
        return options.truncated() ? contextLength() : Integer.MAX_VALUE;
    }

    private List<int[]> checked(List<int[]> texts) {
        return texts.stream().map(this::checked).toList();
    }

    private int[] checked(int[] tokens) {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("text: expected at least one token, found none");
        }
        for (int token : tokens) {
            if (token < 0 || token >= model.vocabularySize()) {
                throw new IllegalArgumentException(
                        "token: expected an id from 0 to " + (model.vocabularySize() - 1) + ", found " + token);
            }
        }
        if (tokens.length > contextLength() && !options.truncated()) {
            throw new ContextOverflowException("text: expected at most " + contextLength() + " tokens, found "
                    + tokens.length + "; split the text, or load the model with EmbeddingOptions.withTruncated");
        }
        return Arrays.copyOf(tokens, Math.min(tokens.length, contextLength()));
    }

    @Override
    public void close() {
        model.close();
    }
}
