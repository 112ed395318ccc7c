package dev.railhead.cpu;

import static dev.railhead.cpu.Samples.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.GenerationOptions;
import dev.railhead.KvCacheType;
import dev.railhead.LoadMode;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import dev.railhead.core.reference.PlainMatrix;
import dev.railhead.core.reference.PlainProduct;
import dev.railhead.core.reference.ReferenceBackend;
import dev.railhead.core.reference.ReferenceBackendProvider;
import dev.railhead.demo.DemoModel;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.Int8Groups;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.AttentionShape;
import dev.railhead.spi.Backend;
import dev.railhead.spi.Matrix;
import dev.railhead.spi.PackedBytes;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.Workload;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Results are the same whether kernels are compiled, about to be, or not.
@Timeout(120)
class WarmingBackendTest {
    private static final AttentionShape SHAPE = new AttentionShape(4, 2, 32, 32, 0.2f);

    static Stream<BlockType> types() {
        return Samples.types().stream();
    }

    private static Workload workload(BlockType type, LoadMode mode, KvCacheType kv) {
        return new Workload(List.of(type), List.of(type), mode, SHAPE, kv);
    }

    private static int columns(BlockType type) {
        int unit = Math.max(type.blockSize(), type.activationGroup());
        return unit * Math.ceilDiv(320, unit);
    }

    @ParameterizedTest
    @MethodSource("types")
    void plainLoopsReadPackedWeights(BlockType type) {
        int rows = 70;
        int step = 3;
        try (Arena arena = Arena.ofShared();
                Backend reference = new ReferenceBackend();
                Backend cpu = new CpuBackendProvider().create(1)) {
            Tensor tensor = Samples.tensor(type, rows, columns(type), 5, arena);
            Activations in = Samples.activations(step, columns(type), 6);
            Activations expected = new Activations(step, rows);
            reference.matmul(in, step, reference.pack(tensor, LoadMode.PACKED, arena), expected);
            for (LoadMode mode : LoadMode.values()) {
                Activations actual = new Activations(step, rows);
                PlainMatrix packed = (PlainMatrix) cpu.pack(tensor, mode, arena);
                new PlainProduct(packed, in, step, actual).compute(0, rows);
                assertSameBits(actual.values, expected.values, step * rows, type + " " + mode);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void productsAreTheSameWhileKernelsAreCompiled(BlockType type) throws InterruptedException {
        int rows = 70;
        try (Arena arena = Arena.ofShared();
                Backend reference = new ReferenceBackend();
                Backend cpu = new CpuBackendProvider().create(2)) {
            cpu.warmUp(workload(type, LoadMode.PACKED, KvCacheType.F16));
            Tensor tensor = Samples.tensor(type, rows, columns(type), 7, arena);
            Matrix expectedWeight = reference.pack(tensor, LoadMode.PACKED, arena);
            Matrix weight = cpu.pack(tensor, LoadMode.PACKED, arena);
            for (int round = 0; round < 6; round++) {
                for (int step : new int[]{8, 1, 17, 5}) {
                    Activations in = Samples.activations(step, columns(type), 8L + step);
                    Activations expected = new Activations(step, rows);
                    Activations actual = new Activations(step, rows);
                    reference.matmul(in, step, expectedWeight, expected);
                    cpu.matmul(in, step, weight, actual);
                    assertSameBits(actual.values, expected.values, step * rows, type + ", " + step + " rows");
                }
                Thread.sleep(20);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyProductHasATask(BlockType type) {
        for (LoadMode mode : LoadMode.values()) {
            runAll(workload(type, mode, KvCacheType.F16));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyKvCacheHasATask(KvCacheType kv) {
        runAll(workload(Samples.types().getFirst(), LoadMode.PACKED, kv));
    }

    private static void runAll(Workload workload) {
        int count = 0;
        try (KernelTasks tasks = new KernelTasks(workload, Set.of())) {
            for (KernelWarmUp.Task task : tasks) {
                task.call().run();
                task.call().run(); // the second one is on a large matrix
                assertThat(task.limitNanos()).as(task.kernel().name()).isPositive();
                count++;
            }
        }
        assertThat(count).isGreaterThanOrEqualTo(9);
    }

    @Test
    void everyRowOperationHasATask() {
        Set<Kernel> asked = Stream.concat(Stream.of(Kernel.LAYER_NORM, Kernel.SOFTCAP),
                Arrays.stream(Activation.values()).map(Kernel::activation)).collect(Collectors.toSet());
        Set<Kernel> run = new HashSet<>();
        Workload workload = workload(Samples.types().getFirst(), LoadMode.PACKED, KvCacheType.F16);
        try (KernelTasks tasks = new KernelTasks(workload, asked)) {
            for (KernelWarmUp.Task task : tasks) {
                task.call().run();
                run.add(task.kernel());
            }
        }
        assertThat(run).containsAll(asked);
    }

    @Test
    void whatIsAskedForWhileItRunsComesLast() {
        Set<Kernel> asked = new HashSet<>();
        Workload workload = workload(Samples.types().getFirst(), LoadMode.PACKED, KvCacheType.F16);
        List<Kernel> kernels = new ArrayList<>();
        try (KernelTasks tasks = new KernelTasks(workload, asked)) {
            for (KernelWarmUp.Task task : tasks) {
                kernels.add(task.kernel());
                if (task.kernel().equals(Kernel.attention(KvCacheType.F16, false, 1))) {
                    asked.add(Kernel.activation(Activation.GELU));
                }
            }
        }
        assertThat(kernels).endsWith(Kernel.activation(Activation.GELU));
    }

    @Test
    void aProductNeedsAllItsTiles() {
        BlockType type = new Int8Groups(224); // of no other test
        assertThat(Kernel.matmulCompiled(type, false, 5)).isFalse();
        Kernel.matmul(type, false, 4).setCompiled();
        assertThat(Kernel.matmulCompiled(type, false, 4)).isTrue();
        assertThat(Kernel.matmulCompiled(type, false, 5)).isFalse();
        Kernel.matmul(type, false, 1).setCompiled();
        assertThat(Kernel.matmulCompiled(type, false, 5)).isTrue();
        assertThat(Kernel.matmulCompiled(type, true, 5)).isFalse();
        assertThat(Kernel.matmulCompiled(type, false, 40)).isFalse();
        for (int rows : Kernel.manyRows()) {
            Kernel.matmul(type, false, rows).setCompiled();
        }
        assertThat(Kernel.matmulCompiled(type, false, 40)).isTrue();
    }

    @Test
    void aFreshModelSaysTheSameAsTheReference() {
        GenerationOptions options = GenerationOptions.builder().temperature(0).maxTokens(40).build();
        String expected = text(ReferenceBackendProvider.NAME, options);
        assertThat(text(CpuBackendProvider.NAME, options)).isEqualTo(expected);
    }

    private static String text(String backend, GenerationOptions options) {
        try (Model model = DemoModel.load(ModelOptions.defaults().withBackend(backend));
                Session session = model.newSession()) {
            return session.generate("Once upon a time", options).text();
        }
    }

    @Test
    void closingEndsTheThread() throws InterruptedException {
        try (Model model = DemoModel.load(ModelOptions.defaults().withBackend(CpuBackendProvider.NAME));
                Session session = model.newSession()) {
            session.prefill(1);
        }
        awaitNoWarmUp();
    }

    private static boolean isWarmingUp() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(KernelWarmUp.THREAD_NAME));
    }

    private static void awaitNoWarmUp() throws InterruptedException {
        while (isWarmingUp()) {
            Thread.sleep(5);
        }
    }

    @Test
    void restoredWeightsCountAsPackedOnesDo() throws InterruptedException {
        awaitNoWarmUp();
        BlockType type = new Int8Groups(160); // of no other test, so that there is something to compile
        try (Arena arena = Arena.ofShared();
                Backend packing = new CpuBackendProvider().create(1);
                Backend cpu = new CpuBackendProvider().create(1)) {
            Tensor tensor = Samples.tensor(type, 1024, 6 * 160, 9, arena);
            PackedBytes packed = Objects.requireNonNull(packing.pack(tensor, LoadMode.PACKED, arena).packed());
            cpu.warmUp(workload(type, LoadMode.PACKED, KvCacheType.F16));
            cpu.restore(tensor, packed);
            assertThat(isWarmingUp()).as("1 MB of weights").isFalse();
            for (int i = 0; i < 40; i++) {
                cpu.restore(tensor, packed);
            }
            assertThat(isWarmingUp()).as("40 MB of weights").isTrue();
        }
        awaitNoWarmUp();
    }
}
