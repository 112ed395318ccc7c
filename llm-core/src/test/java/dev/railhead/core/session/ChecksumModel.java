package dev.railhead.core.session;

import dev.railhead.ModelOptions;
import dev.railhead.Tokenizer;
import dev.railhead.core.kv.ChecksumGraph;
import dev.railhead.core.kv.KvPool;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.core.sampling.SamplingMetadata;
import dev.railhead.core.sampling.SuppressedTokens;
import dev.railhead.core.tokenizer.Tokenizers;
import dev.railhead.gguf.GgufFile;
import dev.railhead.gguf.testing.TinyLlama;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/// A model that computes with a [ChecksumGraph] and has everything else from a tiny llama.
record ChecksumModel(ChecksumGraph graph, KvPool pool, RailheadModel model) implements AutoCloseable {
    static ChecksumModel of(int contextLength, int chunk, int... windows) {
        ChecksumGraph graph = new ChecksumGraph(windows);
        KvPool pool = new KvPool(graph.layout(chunk), Long.MAX_VALUE);
        GgufFile file = GgufFile.of("tiny", MemorySegment.ofArray(TinyLlama.defaults().writer().toByteArray()));
        Tokenizer tokenizer = Tokenizers.of(file.metadata());
        var parts = new RailheadModel.Parts(MetadataSummary.of(file), tokenizer,
                SamplingMetadata.read(file.metadata()),
                SuppressedTokens.read(file.metadata(), tokenizer.vocabularySize()), new ReferenceBackend(), graph, pool,
                Arena.ofShared(), null,
                contextLength, -1, Duration.ZERO);
        return new ChecksumModel(graph, pool,
                new RailheadModel(parts, ModelOptions.defaults().withPrefillChunk(chunk), System::nanoTime));
    }

    @Override
    public void close() {
        model.close();
    }
}
