package dev.railhead.benchmarks.roofline;

import dev.railhead.LoadMode;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.IntStream;

/// The packed matrices of one weight type: a large one for decode and small batches, one of a layer's size for prefill.
final class TypeMatrices implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final RepeatedWeights weights;
    private final Matrix large;
    private final Matrix layer;
    private final Activations largeOut;
    private final Activations layerOut;

    TypeMatrices(BlockType type, RooflineOptions options, Backend backend) {
        weights = new RepeatedWeights(type, options.width(), RooflineBenchmark.PREFILL);
        long periodBytes = type.bytes((long) RepeatedWeights.PERIOD * options.width());
        int periods = Math.toIntExact(Math.ceilDiv(options.matrixBytes(), periodBytes));
        large = pack(backend, periods * RepeatedWeights.PERIOD);
        layer = pack(backend, options.width());
        largeOut = new Activations(RooflineBenchmark.LARGEST_BATCH, large.rows());
        layerOut = new Activations(RooflineBenchmark.PREFILL, layer.rows());
    }

    private Matrix pack(Backend backend, int rows) {
        try (Arena file = Arena.ofShared()) {
            return backend.pack(weights.tensor(rows, file), LoadMode.PACKED, arena);
        }
    }

    /// The products of all steps, each checked.
    ///
    /// @param threads threads of the backend
    List<Product> products(Backend backend, int threads) {
        return IntStream.of(RooflineBenchmark.STEPS).mapToObj(step -> step == RooflineBenchmark.PREFILL
                ? new Product(backend, threads, layer, weights, layerOut, step)
                : new Product(backend, threads, large, weights, largeOut, step)).toList();
    }

    @Override
    public void close() {
        arena.close();
    }
}
