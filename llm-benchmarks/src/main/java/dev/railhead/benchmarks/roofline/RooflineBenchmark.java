package dev.railhead.benchmarks.roofline;

import dev.railhead.cpu.CpuBackendProvider;
import dev.railhead.cpu.simd.Width;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Measures what the machine does and what the kernels make of it: read bandwidth, f32 multiply-adds, and the matrix product
/// of each weight type with 1 to [#LARGEST_BATCH] rows of activations over weights that no cache holds, and with [#PREFILL]
/// rows over a layer's. Every type is warmed up first; every product is compared with the scalar backend's, bit for bit.
///
/// The speed of a machine with neighbours changes from second to second. So each round measures the machine right before the
/// kernels, the fractions are those of one round, and what is reported are medians over the rounds.
public final class RooflineBenchmark {
    /// Rows of a prefill: the length that benchmarks of prompts have by default.
    public static final int PREFILL = 512;

    /// Most rows of the small batches.
    public static final int LARGEST_BATCH = 12;

    static final int[] STEPS = {1, 2, 4, 8, LARGEST_BATCH, PREFILL};

    private final RooflineOptions options;
    private final Progress progress;
    private final List<KernelSpeed> kernels = new ArrayList<>();

    /// A number of threads.
    private record Crew(int threads, Backend backend, LimitSamples limits) {}

    private RooflineBenchmark(RooflineOptions options, Progress progress) {
        this.options = options;
        this.progress = progress;
    }

    /// Measures everything: a minute or two with the default sizes and all types.
    ///
    /// @param progress is told after each type
    /// @throws IllegalStateException if the Vector API is missing, or a product is wrong
    public static RooflineResult run(RooflineOptions options, Progress progress) {
        new CpuBackendProvider().unavailable().ifPresent(reason -> {
            throw new IllegalStateException("the roofline can't be measured: " + reason);
        });
        return new RooflineBenchmark(options, progress).run();
    }

    private RooflineResult run() {
        try (ReadBandwidth bandwidth = new ReadBandwidth(options.matrixBytes()); FmaPeak peak = new FmaPeak()) {
            List<Crew> crews = Stream.of(1, options.threads()).distinct()
                    .map(threads -> new Crew(threads, new CpuBackendProvider().create(threads),
                            new LimitSamples(threads, bandwidth, peak)))
                    .toList();
            try {
                return run(crews, bandwidth.bytes());
            } finally {
                crews.forEach(crew -> crew.backend.close());
            }
        }
    }

    private RooflineResult run(List<Crew> crews, long bufferBytes) {
        WarmUp.run(crews.getLast().backend, options.warmUp(), progress);
        crews.forEach(crew -> crew.limits.warmUp());
        for (BlockType type : options.types()) {
            measure(type, crews);
            progress.update("measuring", options.types().indexOf(type) + 1, options.types().size());
        }
        return new RooflineResult(Width.BITS, bufferBytes, options.matrixBytes(),
                crews.stream().map(crew -> crew.limits.medians()).toList(), List.copyOf(kernels));
    }

    private void measure(BlockType type, List<Crew> crews) {
        try (TypeMatrices matrices = new TypeMatrices(type, options, crews.getLast().backend)) {
            List<List<KernelSamples>> samples = crews.stream()
                    .map(crew -> matrices.products(crew.backend, crew.threads).stream().map(KernelSamples::new)
                            .toList())
                    .toList();
            for (int round = 0; round < options.rounds(); round++) {
                for (int i = 0; i < crews.size(); i++) {
                    RooflineResult.Limits now = crews.get(i).limits.take();
                    samples.get(i).forEach(kernel -> kernel.take(now));
                }
            }
            for (int i = 0; i < crews.size(); i++) {
                int threads = crews.get(i).threads;
                samples.get(i).forEach(kernel -> kernels.add(kernel.medians(type, threads,
                        threads == options.threads())));
            }
        }
    }
}
