package dev.railhead.core.sampling;

import dev.railhead.NumericException;
import dev.railhead.TokenProbability;
import dev.railhead.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/// Log-probabilities of the most likely tokens.
public final class LogProbabilities {
    private LogProbabilities() {}

    /// The most likely tokens, best first, lower token id first among equals. The log-softmax is computed in double
    /// precision over the whole vocabulary in the order of the ids, with StrictMath: the same on every machine.
    ///
    /// @param logits `float[vocabulary size]`, at least one
    /// @param count how many tokens, 0 or more; the whole vocabulary if it is smaller
    /// @param tokenizer gives the texts of the tokens
    /// @throws NumericException if a logit is NaN or positive infinity, or all are negative infinity
    public static List<TokenProbability> best(float[] logits, int count, Tokenizer tokenizer) {
        Checks.argument(count >= 0, "count", "0 or more", count);
        if (count == 0) {
            return List.of();
        }
        float largest = Checks.largest(logits);
        BestTokens best = new BestTokens();
        best.start(Math.min(count, logits.length), logits.length);
        double sum = 0;
        for (int token = 0; token < logits.length; token++) {
            best.offer(token, logits[token]);
            sum += StrictMath.exp((double) logits[token] - largest);
        }
        double logSum = StrictMath.log(sum); // relative to the largest, which keeps its digits beside huge logits
        return IntStream.range(0, best.finish())
                .mapToObj(rank -> new TokenProbability(best.token(rank), text(best.token(rank), tokenizer),
                        (float) ((double) best.logit(rank) - largest - logSum)))
                .toList();
    }

    private static String text(int token, Tokenizer tokenizer) {
        return new String(tokenizer.piece(token), StandardCharsets.UTF_8); // malformed bytes become U+FFFD
    }
}
