package dev.railhead.cli;

import dev.railhead.FinishReason;
import dev.railhead.GenerationResult;
import dev.railhead.Model;
import java.time.Duration;
import java.util.Locale;

/// What `llm run --json` prints; the names are a contract.
///
/// @param promptTokens token ids of the prompt
/// @param tokens generated token ids
/// @param text generated text
/// @param finishReason stop, length, cancelled or timeout
/// @param usage token counts
/// @param timings milliseconds and tokens per second
record RunReport(int[] promptTokens, int[] tokens, String text, String finishReason, Usage usage, Timings timings) {
    /// Token counts.
    record Usage(int promptTokens, int completionTokens, int totalTokens) {}

    /// Milliseconds and tokens per second.
    record Timings(double loadMs, double timeToFirstTokenMs, double prefillMs, double prefillTokensPerSecond,
            double decodeMs, double decodeTokensPerSecond, double totalMs) {}

    static RunReport of(int[] prompt, GenerationResult result, Duration load) {
        GenerationResult.Timings t = result.timings();
        return new RunReport(prompt, result.tokens(), result.text(), word(result.finishReason()),
                new Usage(prompt.length, result.tokens().length, prompt.length + result.tokens().length),
                new Timings(millis(load), millis(t.timeToFirstToken()), millis(t.prefill()),
                        t.prefillTokensPerSecond(), millis(t.decode()), t.decodeTokensPerSecond(), millis(t.total())));
    }

    /// The line of statistics that ends a run without `--json`.
    static String summary(Model model, GenerationResult result) {
        GenerationResult.Timings t = result.timings();
        return String.format(Locale.ROOT,
                "[%s; %d prompt + %d generated tokens; first token after %.0f ms; prefill %.1f tokens/s, "
                        + "decode %.1f tokens/s; finish: %s]",
                loading(model), result.promptTokens(), result.tokens().length, millis(t.timeToFirstToken()),
                t.prefillTokensPerSecond(), t.decodeTokensPerSecond(), word(result.finishReason()));
    }

    /// How much was loaded and how fast, for example `734.00 MiB loaded in 1.10 s, 0.70 GB/s`.
    static String loading(Model model) {
        long bytes = model.metadata().fileBytes();
        double seconds = model.loadTime().toNanos() / 1e9;
        return String.format(Locale.ROOT, "%s loaded in %.2f s, %.2f GB/s", Units.bytes(bytes), seconds,
                bytes / 1e9 / seconds);
    }

    /// The words of the OpenAI API where it has one.
    static String word(FinishReason reason) {
        return switch (reason) {
            case END_TOKEN, STOP_STRING -> "stop";
            case MAX_TOKENS, CONTEXT_FULL -> "length";
            case CANCELLED -> "cancelled";
            case TIMEOUT, FIRST_TOKEN_TIMEOUT, QUEUE_TIMEOUT -> "timeout";
        };
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
