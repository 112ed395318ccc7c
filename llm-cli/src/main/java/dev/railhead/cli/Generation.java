package dev.railhead.cli;

import dev.railhead.Cancellation;
import dev.railhead.FinishReason;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.Session;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One generation of a command: a progress bar for a long prompt, then the text, streamed as it comes.
///
/// @param console where the progress bar goes
/// @param stream receives the text; null if it is only wanted as a whole
/// @param interrupts ends it on Ctrl-C
record Generation(Console console, @Nullable PrintWriter stream, Interrupts interrupts) {
    /// Prompt tokens fed between two drawings of the bar.
    private static final int CHUNK = 256;

    /// Feeds the prompt and generates.
    ///
    /// @param prompt one or more token ids
    /// @throws dev.railhead.ContextOverflowException if the prompt does not fit the session
    GenerationResult run(Session session, int[] prompt, GenerationOptions options) {
        Cancellation cancellation = interrupts.begin();
        try {
            long begin = System.nanoTime();
            int fed = feedAllButLastChunk(session, prompt, cancellation);
            Duration feeding = Duration.ofNanos(System.nanoTime() - begin);
            if (cancellation.isCancelled()) {
                return new GenerationResult("", new int[0], FinishReason.CANCELLED, fed,
                        new GenerationResult.Timings(feeding, feeding, fed, Duration.ZERO, 0, feeding));
            }
            GenerationResult result = stream(session, Arrays.copyOfRange(prompt, fed, prompt.length),
                    options.toBuilder().cancellation(cancellation).build(), cancellation);
            return fed == 0 ? result : withPrefill(result, feeding, fed);
        } finally {
            interrupts.end();
        }
    }

    /// Feeding in chunks only serves the progress bar: results are the same.
    private int feedAllButLastChunk(Session session, int[] prompt, Cancellation cancellation) {
        boolean fits = prompt.length <= session.model().contextLength() - session.position();
        if (!console.terminalErr() || !fits) {
            return 0;
        }
        int fed = 0;
        try (ProgressBar bar = new ProgressBar(console, "reading the prompt")) {
            while (prompt.length - fed > CHUNK && !cancellation.isCancelled()) {
                session.prefill(Arrays.copyOfRange(prompt, fed, fed + CHUNK));
                fed += CHUNK;
                bar.update(fed, prompt.length);
            }
        }
        return fed;
    }

    private GenerationResult stream(Session session, int[] prompt, GenerationOptions options,
            Cancellation cancellation) {
        PrintWriter out = stream;
        if (out == null) {
            return session.generate(prompt, options);
        }
        StringBuilder printed = new StringBuilder();
        GenerationResult result = session.generate(prompt, options, token -> {
            out.print(token.text());
            printed.append(token.text());
            if (out.checkError()) { // flushes; an error means that nobody reads any more
                cancellation.cancel();
            }
        });
        // The bytes of a character that was never completed belong to no token's text.
        out.print(result.text().substring(Math.min(printed.length(), result.text().length())));
        out.flush();
        return result;
    }

    private static GenerationResult withPrefill(GenerationResult result, Duration feeding, int fed) {
        GenerationResult.Timings t = result.timings();
        return new GenerationResult(result.text(), result.tokens(), result.finishReason(),
                fed + result.promptTokens(),
                new GenerationResult.Timings(t.timeToFirstToken().plus(feeding), t.prefill().plus(feeding),
                        t.prefillTokens() + fed, t.decode(), t.decodeTokens(), t.total().plus(feeding)));
    }
}
