package dev.railhead.benchmarks.tokenizer.peers;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.railhead.Tokenizer;
import dev.railhead.benchmarks.Medians;
import dev.railhead.benchmarks.WorkClock;
import dev.railhead.core.tokenizer.Tokenizers;
import dev.railhead.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Encodes a text with GPT-2's vocabulary on one thread: Railhead, jtokkit, and Hugging Face's library by DJL's binding.
/// All must give the same tokens. Times are CPU times, in turn, medians.
///
/// Arguments: a GGUF file with GPT-2's vocabulary, a file of UTF-8, the number of rounds.
public final class TokenizerPeers {
    private static final long ROUND_NANOS = 200_000_000;

    /// Encodes the text.
    private interface Encoder {
        int[] encode(String text);
    }

    private TokenizerPeers() {}

    /// The command line.
    public static void main(String[] args) throws IOException {
        String text = Files.readString(Path.of(args[1]));
        Path json = Files.createTempFile("tokenizer", ".json");
        Tokenizer ours;
        try (GgufFile file = GgufFile.open(Path.of(args[0]))) {
            ours = Tokenizers.of(file.metadata());
            TokenizerJson.write(file.metadata(), json);
        }
        Encoding jtokkit = Encodings.newDefaultEncodingRegistry().getEncoding(EncodingType.R50K_BASE);
        try (HuggingFaceTokenizer huggingFace = HuggingFaceTokenizer.newInstance(json,
                Map.of("truncation", "false", "addSpecialTokens", "false"))) {
            Map<String, Encoder> encoders = new LinkedHashMap<>();
            encoders.put("Railhead", t -> ours.encode(t, false, false));
            encoders.put("jtokkit", t -> jtokkit.encodeOrdinary(t).toArray());
            encoders.put("Hugging Face tokenizers (DJL)",
                    t -> Arrays.stream(huggingFace.encode(t).getIds()).mapToInt(Math::toIntExact).toArray());
            print(encoders, text, Integer.parseInt(args[2]));
        } finally {
            Files.delete(json);
        }
    }

    private static void print(Map<String, Encoder> encoders, String text, int rounds) {
        int[] expected = encoders.get("Railhead").encode(text);
        encoders.forEach((name, encoder) -> {
            int[] tokens = encoder.encode(text);
            if (!Arrays.equals(tokens, expected)) {
                throw new IllegalStateException(name + ": expected the tokens of Railhead, found others, first at "
                        + Arrays.mismatch(tokens, expected));
            }
        });
        Map<String, List<Double>> speeds = new LinkedHashMap<>();
        for (int round = 0; round < rounds * 2; round++) { // the first half warms up
            boolean counts = round >= rounds;
            encoders.forEach((name, encoder) -> {
                double speed = tokensPerSecond(encoder, text);
                if (counts) {
                    speeds.computeIfAbsent(name, n -> new ArrayList<>()).add(speed);
                }
            });
        }
        System.out.printf("%d characters, %d tokens%n", text.length(), expected.length);
        speeds.forEach((name, values) -> System.out.printf("| %s | %.2f |%n", name, Medians.of(values) / 1e6));
    }

    private static double tokensPerSecond(Encoder encoder, String text) {
        long tokens = 0;
        long start = WorkClock.nanos(1);
        long nanos;
        do {
            tokens += encoder.encode(text).length;
            nanos = WorkClock.nanos(1) - start;
        } while (nanos < ROUND_NANOS);
        return tokens * 1e9 / nanos;
    }
}
