package dev.railhead.benchmarks.batch;

import dev.railhead.KvCacheType;
import dev.railhead.LoadMode;
import dev.railhead.LoadProgress;
import dev.railhead.ModelOptions;
import dev.railhead.core.kv.KvPool;
import dev.railhead.core.kv.KvSequence;
import dev.railhead.core.kv.Step;
import dev.railhead.core.model.Architectures;
import dev.railhead.core.model.Graph;
import dev.railhead.core.model.Weights;
import dev.railhead.spi.Backend;
import dev.railhead.spi.ModelSource;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// A model that decodes several sequences in one step, so that each weight is read once for all of them. The sequences have
/// random tokens, each its own. Used by one thread.
public final class BatchedDecode implements AutoCloseable {
    private static final long SEED = 42;
    private static final int CHUNK = ModelOptions.DEFAULT_PREFILL_CHUNK;

    private final Backend backend;
    private final Arena arena = Arena.ofShared();
    private final Graph graph;
    private final KvPool pool;
    private final Step step;
    private final List<KvSequence> sequences;
    private final int[][] tokens; // [sequences][length]
    private final float[][] logits; // [sequences][vocabulary]

    /// Packs a model.
    ///
    /// @param source an open model file, which may be closed afterwards
    /// @param backend computes; closed with this
    /// @param type how keys and values are kept
    /// @param vocabulary number of token ids
    /// @param maxSequences largest number of sequences
    /// @param maxLength largest number of positions of each
    /// @param progress is told how far packing is
    /// @throws dev.railhead.ModelLoadException if the file is damaged or not supported
    public BatchedDecode(ModelSource source, Backend backend, KvCacheType type, int vocabulary, int maxSequences,
            int maxLength, LoadProgress progress) {
        this.backend = backend;
        int capacity = Math.max(CHUNK, maxSequences);
        graph = Architectures.load(new Weights(source, backend,
                (tensor, owner) -> backend.pack(tensor, LoadMode.PACKED, owner), arena, progress), maxLength, capacity);
        pool = new KvPool(Architectures.sequenceLayout(source.metadata(), type, capacity), Long.MAX_VALUE);
        step = new Step(capacity, pool.layout());
        sequences = Stream.generate(() -> new KvSequence(pool)).limit(maxSequences).toList();
        Random random = new Random(SEED);
        tokens = Stream.generate(() -> random.ints(maxLength, 0, vocabulary).toArray()).limit(maxSequences)
                .toArray(int[][]::new);
        logits = new float[maxSequences][vocabulary];
    }

    /// Computes the keys and values of all sequences below a position.
    ///
    /// @param depth 0 to `maxLength`
    public void fill(int depth) {
        for (int s = 0; s < sequences.size(); s++) {
            sequences.get(s).truncate(0);
            sequences.get(s).reserve(tokens[s].length);
            for (int from = 0; from < depth; from += CHUNK) {
                step.reset(() -> false);
                for (int position = from; position < Math.min(depth, from + CHUNK); position++) {
                    step.add(sequences.get(s), position, tokens[s][position], null);
                }
                run();
            }
        }
    }

    private void run() {
        graph.forward(step);
        step.complete();
    }

    /// Decodes tokens of the first sequences together, one of each in a step. The positions below are filled. When the same
    /// positions are decoded again, keys and values are written over, and recurrent layers go on from the state they have, which
    /// takes as long.
    ///
    /// @param count number of sequences, 1 to `maxSequences`
    /// @param depth position of the first token
    /// @param length tokens of each sequence
    public void decode(int count, int depth, int length) {
        for (int position = depth; position < depth + length; position++) {
            step.reset(() -> false);
            for (int s = 0; s < count; s++) {
                step.add(sequences.get(s), position, tokens[s][position], logits[s]);
            }
            run();
        }
    }

    /// The tokens of a sequence, `int[maxLength]`.
    int[] tokens(int sequence) {
        return tokens[sequence];
    }

    /// The logits after the last decoded token of a sequence, `float[vocabulary]`.
    float[] logits(int sequence) {
        return logits[sequence];
    }

    @Override
    public void close() {
        backend.close();
        pool.close();
        arena.close();
    }
}
