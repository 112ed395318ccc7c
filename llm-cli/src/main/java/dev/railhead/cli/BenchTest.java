package dev.railhead.cli;

/// One test of `llm bench` and what it measured.
///
/// @param promptLength tokens per prefill, 0 for a decode test
/// @param decodeLength tokens decoded one by one, 0 for a prefill test
/// @param depth tokens in the KV cache before the test begins
/// @param sequences sequences that are decoded together, each with its own tokens; 0 for a session
/// @param samples tokens/s of each repetition, of all sequences
record BenchTest(int promptLength, int decodeLength, int depth, int sequences, double[] samples) {
    /// The test's name, as llama-bench writes it: `pp512`, `tg128 @ d4096`.
    String name() {
        return (promptLength > 0 ? "pp" + promptLength : "tg" + decodeLength)
                + (sequences > 0 ? " x " + sequences : "") + (depth > 0 ? " @ d" + depth : "");
    }
}
