package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.GenerationOptions;
import dev.railhead.LoadMode;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Session;
import dev.railhead.demo.DemoModel;
import dev.railhead.gguf.testing.Resources;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How a backend must behave in a process that isn't its own: nothing is left behind, any thread will do, models don't
/// disturb one another. A backend's test extends this.
@Timeout(120)
public abstract class GoodGuestContract {
    private static final int CYCLES = 200;

    /// How often memory is looked at again before what is held counts as lost.
    private static final int SETTLING = 20;
    private static final String PROMPT = "Once upon a time";
    private static final GenerationOptions GREEDY_8 = GenerationOptions.builder().temperature(0).maxTokens(8).build();

    @TempDir
    private Path folder;

    private Path demo;
    private Path tiny;

    /// The backend under test, on two threads where it has threads.
    protected abstract ModelOptions options();

    @BeforeEach
    void writeModels() throws IOException {
        demo = folder.resolve("demo.gguf");
        try (InputStream in = DemoModel.open()) {
            Files.copy(in, demo);
        }
        tiny = Files.write(folder.resolve("tiny.gguf"), TinyLlama.defaults().writer().toByteArray());
    }

    private static String generate(Model model, String prompt) {
        try (Session session = model.newSession()) {
            return session.generate(prompt, GREEDY_8).text();
        }
    }

    /// Open descriptors, threads, and memory outside of the heap that the process holds.
    private record Holdings(long descriptors, int threads, long bytes) {
        static Holdings now() throws IOException {
            System.gc();
            long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"));
                    Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
                long kilobytes = status.filter(line -> line.startsWith("RssAnon:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
                return new Holdings(open.count(), Thread.getAllStackTraces().size(), kilobytes * 1024 - heap);
            }
        }
    }

    @Test
    void cyclesOfLoadingAndClosingLeaveNothing() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/status")), "this system does not list what is held");
        cycles(CYCLES / 10);
        Holdings before = Holdings.now();
        cycles(CYCLES);
        // Half of what the cycles load; the compiler and the allocator keep some of the memory they once had.
        long limit = before.bytes + CYCLES / 2 * Files.size(demo);
        Holdings after = Holdings.now();
        for (int i = 0; i < SETTLING && after.bytes >= limit; i++) {
            Thread.sleep(200); // the collector gives back heap that is no longer committed in the background
            after = Holdings.now();
        }
        String what = before + " " + after;
        assertThat(after.descriptors).as(what).isLessThanOrEqualTo(before.descriptors + 5);
        assertThat(after.threads).as(what).isLessThanOrEqualTo(before.threads + 2);
        assertThat(after.bytes).as(what).isLessThan(limit);
        Resources.assertNoneOf(folder);
    }

    private void cycles(int count) {
        for (int i = 0; i < count; i++) {
            ModelOptions options = options().withLoadMode(i % 4 == 0 ? LoadMode.MAPPED : LoadMode.PACKED)
                    .withPrefillChunk(8);
            try (Model model = i % 2 == 0 ? Model.load(demo, options) : DemoModel.load(options);
                    Session session = model.newSession()) {
                session.prefill(1, 2, 3);
                session.decode(4);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLoadThatFailsOnTheWayLeavesNothing(LoadMode mode) throws IOException {
        AtomicInteger calls = new AtomicInteger();
        // Progress is told by the thread that loads: with others beside it, how often depends on what they leave to it.
        ModelOptions options = options().withLoadMode(mode).withThreads(1);
        Model.load(tiny, options.withProgress((done, total) -> calls.incrementAndGet())).close();
        assertThat(calls).hasValueGreaterThan(20);
        for (Throwable thrown : List.of(new IllegalStateException("mine"), new AssertionError("mine"))) {
            for (int failing = 1; failing <= calls.get(); failing++) {
                int last = failing;
                AtomicInteger call = new AtomicInteger();
                assertThatThrownBy(() -> Model.load(tiny, options.withProgress((done, total) -> {
                    if (call.incrementAndGet() == last) {
                        GoodGuestContract.<RuntimeException>sneakyThrow(thrown);
                    }
                }))).isSameAs(thrown);
                Resources.assertNoneOf(folder);
            }
        }
        Model.load(tiny, options).close();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneakyThrow(Throwable t) throws T {
        throw (T) t;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void severalModelsAndSessionsAtOnce(boolean virtual) throws Exception {
        List<String> prompts = List.of(PROMPT, "The", "Lily saw");
        ModelOptions chunks = options().withPrefillChunk(2);
        try (Model first = Model.load(demo, options());
                Model second = Model.load(tiny, chunks);
                ExecutorService threads = virtual
                        ? Executors.newVirtualThreadPerTaskExecutor()
                        : Executors.newCachedThreadPool()) {
            List<String> expected = new ArrayList<>();
            List<Callable<String>> work = new ArrayList<>();
            for (Model model : List.of(first, second)) {
                for (String prompt : prompts) {
                    expected.add(generate(model, prompt));
                    work.add(() -> generate(model, prompt));
                }
            }
            List<Future<String>> found = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                work.forEach(call -> found.add(threads.submit(call)));
            }
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i).get()).isEqualTo(expected.get(i % expected.size()));
            }
        }
    }

    @Test
    void aSmallStackIsEnough() throws Exception {
        String expected;
        try (Model model = Model.load(demo, options())) {
            expected = generate(model, PROMPT);
        }
        FutureTask<String> task = new FutureTask<>(() -> {
            try (Model model = Model.load(demo, options())) {
                model.tokenizer().encode("a".repeat(100_000) + " ".repeat(100_000));
                return generate(model, PROMPT);
            }
        });
        Thread starved = new Thread(null, task, "starved", 256 << 10);
        starved.start();
        assertThat(task.get()).isEqualTo(expected);
        starved.join();
    }

    @ParameterizedTest
    @EnumSource
    void aPendingInterruptDoesNotSpoilLoading(LoadMode mode) {
        Thread.currentThread().interrupt();
        try (Model model = Model.load(demo, options().withLoadMode(mode))) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(generate(model, PROMPT)).isNotEmpty();
        } finally {
            Thread.interrupted();
        }
    }
}
