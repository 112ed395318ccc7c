package dev.railhead.cpu;

import dev.railhead.LoadMode;
import dev.railhead.Model;
import dev.railhead.ModelFileChangedException;
import dev.railhead.ModelOptions;
import dev.railhead.PackedCache;
import dev.railhead.Session;
import dev.railhead.gguf.testing.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/// Truncates each model of a folder while it is computed from and while it is packed, on both backends, and the file of its
/// packed weights while it is computed from.
///
/// A model is opened under one name, which is deleted, and truncated under another: its size can't be compared then, so
/// what is tested is the fault itself.
final class TruncatedFileProgram {
    /// Enough for the JIT compiler to compile what unpacks weights.
    private static final int WARM_UP = 60;

    private static final int BUSY_MILLIS = 150;
    private static final int COPIES = 10;
    private static final ModelOptions COPIED = ModelOptions.defaults().withBackend(CpuBackendProvider.NAME)
            .withThreads(2).withPackedCache(PackedCache.besideModel());
    private static final ModelOptions KEPT = COPIED
            .withPackedCache(PackedCache.besideModel().withMode(PackedCache.Mode.MAP));

    private final Path model;
    private final Path opened;
    private final Path alias;
    private final Path cache;

    private TruncatedFileProgram(Path model) {
        this.model = model;
        opened = model.resolveSibling("opened");
        alias = model.resolveSibling("alias");
        cache = model.resolveSibling("opened.railhead");
    }

    public static void main(String[] args) throws Exception {
        List<Path> models;
        try (Stream<Path> files = Files.list(Path.of(args[0]))) {
            models = files.filter(file -> file.toString().endsWith(".gguf")).sorted().toList();
        }
        for (Path file : models) {
            for (String backend : List.of(CpuBackendProvider.NAME, "reference")) {
                ModelOptions options = ModelOptions.defaults().withBackend(backend).withThreads(2);
                var program = new TruncatedFileProgram(file);
                program.whileComputing(options.withLoadMode(LoadMode.MAPPED));
                program.whileLoading(options);
                Resources.assertNoneOf(file.getParent());
            }
            var program = new TruncatedFileProgram(file);
            program.whileComputingFromTheCache();
            program.whileBusyWithTheCache();
            program.whileCopyingTheCache();
            Resources.assertNoneOf(file.getParent());
        }
    }

    private void whileComputing(ModelOptions options) throws IOException {
        open();
        try (Model loaded = Model.load(opened, options); Session session = loaded.newSession()) {
            for (int i = 0; i < WARM_UP; i++) {
                session.decode(70 + i % 20);
            }
            Files.delete(opened);
            truncate();
            for (int i = 0; i < 3; i++) {
                expectChanged(() -> session.prefill(70, 71, 72));
                expectChanged(() -> session.decode(70));
                expect(session.position() == WARM_UP, "position " + session.position());
            }
            session.rewind(0);
            expectChanged(() -> session.decode(1));
        }
        try (Model good = Model.load(model, options); Session session = good.newSession()) {
            session.prefill(1, 70, 80);
        }
        report("computing with " + options.backend());
    }

    private void whileComputingFromTheCache() throws IOException, InterruptedException {
        keepPacked();
        try (Model loaded = Model.load(opened, KEPT); Session session = loaded.newSession()) {
            for (int i = 0; i < WARM_UP; i++) {
                session.decode(70 + i % 20);
            }
            Files.delete(cache);
            truncate();
            for (int i = 0; i < 3; i++) {
                expectChanged(() -> session.prefill(70, 71, 72));
                expectChanged(() -> session.decode(70));
                expect(session.position() == WARM_UP, "position " + session.position());
            }
        }
        Model.load(opened, KEPT).close();
        report("computing from the cache");
    }

    /// The moment of truncation is not between two steps but in the midst of one, in compiled code.
    private void whileBusyWithTheCache() throws IOException, InterruptedException {
        keepPacked();
        try (Model loaded = Model.load(opened, KEPT); Session session = loaded.newSession()) {
            Files.delete(cache);
            Thread truncating = Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(BUSY_MILLIS);
                    truncate();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            expectChanged(() -> {
                while (true) {
                    session.prefill(70, 71, 72);
                    session.decode(70);
                    session.rewind(0);
                }
            });
            truncating.join();
        }
        report("busy with the cache");
    }

    /// Some matrices have moved to memory and some have not. Whichever it is, there are right numbers or an exception.
    private void whileCopyingTheCache() throws IOException, InterruptedException {
        for (int i = 0; i < COPIES; i++) {
            keepPacked();
            try (Model loaded = Model.load(opened, COPIED); Session session = loaded.newSession()) {
                Files.delete(cache);
                truncate();
                session.prefill(70, 71, 72);
                session.decode(70);
            } catch (ModelFileChangedException e) {
                continue; // too early
            }
        }
        report("copying the cache");
    }

    /// Makes the cache of the opened model, under two names.
    private void keepPacked() throws IOException, InterruptedException {
        Files.deleteIfExists(alias);
        Files.copy(model, opened, StandardCopyOption.REPLACE_EXISTING);
        Thread.sleep(30); // a model that was just written is not kept
        Model.load(opened, KEPT).close();
        Files.createLink(alias, cache);
    }

    private void whileLoading(ModelOptions options) throws IOException {
        open();
        expectChanged(() -> Model.load(opened, options.withProgress((done, total) -> {
            try {
                Files.deleteIfExists(opened);
                truncate();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        })).close());
        Model.load(model, options).close();
        report("loading with " + options.backend());
    }

    private void open() throws IOException {
        Files.deleteIfExists(alias);
        Files.copy(model, opened, StandardCopyOption.REPLACE_EXISTING);
        Files.createLink(alias, opened);
    }

    private void truncate() throws IOException {
        try (FileChannel channel = FileChannel.open(alias, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }

    private void report(String what) {
        System.out.println("ok " + model.getFileName() + " " + what);
    }

    private static void expectChanged(Runnable call) {
        try {
            call.run();
        } catch (ModelFileChangedException e) {
            return;
        }
        throw new AssertionError("no exception");
    }

    private static void expect(boolean condition, String found) {
        if (!condition) {
            throw new AssertionError(found);
        }
    }
}
