package dev.railhead.examples.streaming;

import dev.railhead.Cancellation;
import dev.railhead.FinishReason;
import dev.railhead.GeneratedToken;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.Model;
import dev.railhead.Session;
import dev.railhead.TokenProbability;
import dev.railhead.TokenStream;
import dev.railhead.demo.DemoModel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/// Four ways to look at a text while it comes into being. The argument is a model file; without one it is the embedded
/// demo model.
public final class Streaming {
    private static final String PROMPT = "Once upon a time";

    private Streaming() {}

    static void main(String[] args) throws InterruptedException {
        try (Model model = args.length > 0 ? Model.load(Path.of(args[0])) : DemoModel.load()) {
            callback(model);
            pull(model);
            cancellation(model);
            probabilities(model);
        }
    }

    /// The model calls back with each token.
    private static void callback(Model model) {
        IO.println("-- callback");
        try (Session session = model.newSession()) {
            GenerationOptions options = GenerationOptions.builder().maxTokens(60).seed(1).build();
            GenerationResult result = session.generate(PROMPT, options, token -> IO.print(token.text()));
            IO.println("\n[" + result.tokens().length + " tokens, ended by " + result.finishReason() + "]");
            check(!result.text().isBlank(), "no text");
        }
    }

    /// The program asks for each token; nothing is computed ahead, and it may stop when it likes.
    private static void pull(Model model) {
        IO.println("-- pull");
        try (Session session = model.newSession();
                TokenStream tokens = session.stream(PROMPT, GenerationOptions.greedy())) {
            StringBuilder sentence = new StringBuilder();
            while (tokens.hasNext() && sentence.indexOf(".") < 0) {
                sentence.append(tokens.next().text());
            }
            IO.println(PROMPT + sentence);
            check(!sentence.isEmpty(), "no text");
        }
    }

    /// Another thread ends the generation; what was generated until then is kept.
    private static void cancellation(Model model) throws InterruptedException {
        IO.println("-- cancellation");
        Cancellation cancellation = new Cancellation();
        CountDownLatch tenTokens = new CountDownLatch(10);
        Thread other = Thread.startVirtualThread(() -> {
            try {
                tenTokens.await();
                cancellation.cancel();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (Session session = model.newSession()) {
            GenerationOptions options = GenerationOptions.builder().temperature(0).cancellation(cancellation).build();
            GenerationResult result = session.generate(PROMPT, options, token -> tenTokens.countDown());
            IO.println(PROMPT + result.text() + " [" + result.finishReason() + "]");
            check(result.tokens().length >= 10, "fewer than ten tokens");
            check(result.finishReason() == FinishReason.CANCELLED, "not cancelled");
        } finally {
            other.interrupt();
            other.join();
        }
    }

    /// What else could have come: with each token, and after a prompt without generating anything.
    private static void probabilities(Model model) {
        IO.println("-- probabilities");
        try (Session session = model.newSession()) {
            GenerationOptions options = GenerationOptions.builder().temperature(0).maxTokens(5).topLogprobs(3).build();
            session.generate(PROMPT, options, Streaming::printAlternatives);
        }
        try (Session session = model.newSession()) {
            session.prefill(model.tokenizer().encode("The capital of Norway is"));
            TokenProbability best = session.nextTokens(1).getFirst();
            IO.println("after 'The capital of Norway is': '" + best.text() + "' " + percent(best));
        }
    }

    private static void printAlternatives(GeneratedToken token) {
        StringBuilder line = new StringBuilder("'" + token.text() + "' of");
        for (TokenProbability alternative : token.alternatives()) {
            line.append(" '").append(alternative.text()).append("' ").append(percent(alternative));
        }
        IO.println(line);
        check(token.alternatives().size() == 3, "expected three alternatives");
    }

    private static String percent(TokenProbability token) {
        return Math.round(100 * Math.exp(token.logProbability())) + " %";
    }

    private static void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }
}
