package dev.railhead.core.session;

import dev.railhead.ChatTemplate;
import dev.railhead.ClosedException;
import dev.railhead.KvCacheType;
import dev.railhead.Model;
import dev.railhead.ModelFileChangedException;
import dev.railhead.ModelMetadata;
import dev.railhead.ModelOptions;
import dev.railhead.SamplingDefaults;
import dev.railhead.Session;
import dev.railhead.TokenProbability;
import dev.railhead.Tokenizer;
import dev.railhead.core.cache.WeightFile;
import dev.railhead.core.chat.ChatTemplates;
import dev.railhead.core.kv.KvPool;
import dev.railhead.core.kv.KvSequence;
import dev.railhead.core.kv.Step;
import dev.railhead.core.model.Graph;
import dev.railhead.core.sampling.LogProbabilities;
import dev.railhead.core.sampling.SuppressedTokens;
import dev.railhead.spi.Backend;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A loaded model. The graph runs one step at a time; sessions take turns, in the order they came.
final class RailheadModel implements Model {
    /// How long a close waits for running work. A step stops after at most one layer of one chunk.
    private static final long CLOSE_SECONDS = 30;

    /// What a model is made of.
    ///
    /// @param suppressed tokens that no generation gives
    /// @param weights the file that the model computes from or keeps its weights in, null if there is none
    /// @param decoderStart the token that a decoder begins with after the source text, −1 if the model has no source texts
    record Parts(ModelMetadata metadata, Tokenizer tokenizer, SamplingDefaults samplingDefaults,
            SuppressedTokens suppressed, Backend backend, Graph graph, KvPool pool, Arena arena,
            @Nullable WeightFile weights, int contextLength,
            int decoderStart, Duration loadTime) {}

    private final Parts parts;
    private final ChatTemplates chatTemplates;
    private final ModelOptions options;
    private final Leases leases;
    private final Set<UseGuard> users = Collections.newSetFromMap(new WeakHashMap<>());
    private final TurnQueue turns = new TurnQueue();
    private final Step step;
    private final LongSupplier nanoTime;
    private boolean closing;
    private volatile @Nullable ModelFileChangedException failure;

    /// @param nanoTime the clock of deadlines and timings: monotonic, as [System#nanoTime()]
    RailheadModel(Parts parts, ModelOptions options, LongSupplier nanoTime) {
        this.parts = parts;
        this.chatTemplates = new ChatTemplates(parts.metadata, parts.tokenizer);
        this.options = options;
        this.nanoTime = nanoTime;
        step = new Step(options.prefillChunk(), parts.pool.layout());
        leases = new Leases(() -> free(parts));
    }

    private static void free(Parts parts) {
        try (Arena _ = parts.arena; WeightFile _ = parts.weights; KvPool _ = parts.pool; Backend _ = parts.backend) {
            // closes all four, the backend first, whatever one of them throws
        }
    }

    @Override
    public ModelMetadata metadata() {
        return parts.metadata;
    }

    @Override
    public Tokenizer tokenizer() {
        return parts.tokenizer;
    }

    @Override
    public ChatTemplate chatTemplate() {
        return chatTemplate(ChatTemplates.DEFAULT);
    }

    @Override
    public ChatTemplate chatTemplate(String name) {
        return chatTemplates.find(name);
    }

    @Override
    public ChatTemplate compileChatTemplate(String source) {
        return chatTemplates.compile(source);
    }

    @Override
    public SamplingDefaults samplingDefaults() {
        return parts.samplingDefaults;
    }

    SuppressedTokens suppressedTokens() {
        return parts.suppressed;
    }

    @Override
    public String backend() {
        return parts.backend.description();
    }

    @Override
    public int contextLength() {
        return parts.contextLength;
    }

    @Override
    public KvCacheType kvCacheType() {
        return parts.pool.layout().type();
    }

    @Override
    public Duration loadTime() {
        return parts.loadTime;
    }

    int vocabularySize() {
        return parts.metadata.vocabularySize();
    }

    List<TokenProbability> mostLikely(float[] logits, int count) {
        return LogProbabilities.best(logits, count, parts.tokenizer);
    }

    /// The token that a decoder begins with after the source text, −1 if the model has no source texts.
    int decoderStart() {
        return parts.decoderStart;
    }

    int prefillChunk() {
        return options.prefillChunk();
    }

    LongSupplier nanoTime() {
        return nanoTime;
    }

    @Override
    public Session newSession() {
        synchronized (users) {
            checkOpen();
            var session = new RailheadSession(this, new SessionMemory(new KvSequence(parts.pool), leases));
            users.add(session.guard());
            return session;
        }
    }

    /// Begins work that is no session's. It ends with [UseGuard#end] and then [UseGuard#startClosing].
    ///
    /// @param what names the work in messages
    /// @return its guard, which this model closes when it is closed, entered by this thread
    UseGuard begin(String what) {
        synchronized (users) {
            checkOpen();
            leases.take();
            var guard = new UseGuard(what, leases::giveBack);
            guard.begin(guard);
            users.add(guard);
            return guard;
        }
    }

    private void checkOpen() {
        if (closing) {
            throw new ClosedException("the model '" + parts.metadata.name() + "' is closed");
        }
    }

    /// The pages of all sequences.
    KvPool pool() {
        return parts.pool;
    }

    /// Runs a step when its turn comes.
    ///
    /// @param stop is asked while waiting and between layers
    /// @param rows adds the rows to the empty step
    /// @throws dev.railhead.core.kv.StepCancelledException if stopped
    void run(StopCondition stop, Consumer<Step> rows) {
        turns.take(stop);
        try {
            checkFile();
            rows.accept(step.reset(stop));
            parts.graph.forward(step);
            step.complete();
        } catch (InternalError e) {
            if (parts.weights == null || !parts.weights.isRead()) {
                throw e;
            }
            ModelFileChangedException gone = ModelFileChangedException.gone(parts.weights.name(), e);
            failure = gone;
            throw gone;
        } finally {
            step.reset(() -> false);
            turns.pass();
        }
    }

    private void checkFile() {
        ModelFileChangedException earlier = failure;
        if (earlier != null) {
            throw new ModelFileChangedException(String.valueOf(earlier.getMessage()), earlier);
        }
        if (parts.weights != null) {
            try {
                parts.weights.beginStep();
            } catch (ModelFileChangedException e) {
                failure = e;
                throw e;
            }
        }
    }

    /// Waits until nobody else runs inside these guards.
    ///
    /// @throws IllegalStateException if one doesn't stop in time
    void awaitIdle(Collection<UseGuard> closed) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        for (UseGuard guard : closed) {
            if (!guard.awaitIdle(deadline)) {
                throw new IllegalStateException("close: running work did not stop within " + CLOSE_SECONDS
                        + " s; memory is freed when it ends");
            }
        }
    }

    /// Here and not by whoever frees, so that neither a session's close nor a [java.lang.ref.Cleaner] waits for a disk.
    private void finishWeights() {
        if (parts.weights != null) {
            parts.weights.finish();
        }
    }

    @Override
    public void close() {
        List<UseGuard> open;
        synchronized (users) {
            if (closing) {
                return;
            }
            closing = true;
            open = List.copyOf(users);
        }
        open.forEach(UseGuard::startClosing);
        try {
            awaitIdle(open);
        } finally {
            finishWeights();
            leases.giveBack();
        }
    }
}
