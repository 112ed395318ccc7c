package dev.railhead.core.sampling;

import dev.railhead.NumericException;
import dev.railhead.TokenProbability;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Log-probabilities of the most likely tokens.
public final class LogProbabilities {
    private LogProbabilities() {}

    /// The most likely tokens, best first, lower token id first among equals. The log-softmax is computed in double
    /// precision over the whole vocabulary in the order of the ids, with StrictMath: the same on every machine.
    ///
    /// @param logits
    ///            float[vocabulary size], at least one
    /// @param count
    ///            how many tokens, 0 or more; the whole vocabulary if it is smaller
    /// @param text
    ///            the text of a token id
    /// @throws NumericException
    ///             if a logit is NaN or positive infinity, or all are negative infinity
    public static List<TokenProbability> best(float[] logits, int count, IntFunction<String> text) {
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
        double logSum = largest + StrictMath.log(sum);
        return IntStream.range(0, best.finish())
                .mapToObj(rank -> new TokenProbability(best.token(rank), text.apply(best.token(rank)),
                        (float) (best.logit(rank) - logSum)))
                .toList();
    }
}
