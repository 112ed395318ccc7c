package dev.railhead;

import java.time.Duration;

/// What a generation produced. Arrays are not copied; treat them as read-only.
///
/// @param text the generated text
/// @param tokens the generated token ids, without the end token
/// @param finishReason why it ended
/// @param promptTokens number of prompt tokens that were fed
/// @param timings how long it took
public record GenerationResult(String text, int[] tokens, FinishReason finishReason, int promptTokens,
        Timings timings) {
    /// Durations of a generation.
    ///
    /// @param timeToFirstToken from the call to the first token (or the end, if there was none)
    /// @param prefill time spent on feeding the prompt
    /// @param prefillTokens tokens fed in that time
    /// @param decode time from the first token to the end
    /// @param decodeTokens tokens generated in that time, without the first
    /// @param total from the call to the end
    public record Timings(Duration timeToFirstToken, Duration prefill, int prefillTokens, Duration decode,
            int decodeTokens, Duration total) {
        /// Prompt tokens per second; 0 if none were fed.
        public double prefillTokensPerSecond() {
            return perSecond(prefillTokens, prefill);
        }

        /// Generated tokens per second after the first; 0 if there were fewer than two.
        public double decodeTokensPerSecond() {
            return perSecond(decodeTokens, decode);
        }

        private static double perSecond(int tokens, Duration time) {
            return tokens == 0 || time.isZero() ? 0 : tokens * 1e9 / time.toNanos();
        }
    }
}
