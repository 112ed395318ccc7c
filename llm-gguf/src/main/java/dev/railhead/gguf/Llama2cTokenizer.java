package dev.railhead.gguf;

import dev.railhead.ModelFormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Reads llama2.c's `tokenizer.bin`: the length of the longest token, then for each token an f32 score, an i32 length
/// and
/// its bytes. The number of tokens is the checkpoint's. The result are GGUF's keys for a SentencePiece vocabulary.
final class Llama2cTokenizer {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int UNKNOWN = 0;
    private static final int BEGIN = 1;
    private static final int END = 2;
    private static final int BYTES = 3;

    /// The text that the file has for it too. As `</s>` it would count as an end of generation, but llama2.c goes on
    /// after it.
    private static final String END_TEXT = "\n</s>\n";

    private static final int PIECES = BYTES + 256;

    // GGUF's token types.
    private static final long NORMAL = 1;
    private static final long UNKNOWN_TYPE = 2;
    private static final long CONTROL = 3;
    private static final long BYTE = 6;

    private final String file;
    private final MemorySegment bytes;
    private long position = Integer.BYTES;

    private Llama2cTokenizer(String file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /// Adds the tokenizer's keys.
    ///
    /// @param vocabSize number of tokens the file must have
    static void read(String file, MemorySegment bytes, int vocabSize, Map<String, Object> metadata) {
        new Llama2cTokenizer(file, bytes).read(vocabSize, metadata);
    }

    private void read(int vocabSize, Map<String, Object> metadata) {
        if (bytes.byteSize() / 8 < vocabSize) {
            throw new ModelFormatException("size of " + file + ": expected " + vocabSize
                    + " tokens as the checkpoint has, of 8 bytes or more, found " + bytes.byteSize()
                    + " bytes; is it another model's tokenizer?");
        }
        String[] tokens = new String[vocabSize];
        double[] scores = new double[vocabSize];
        long[] types = new long[vocabSize];
        for (int id = 0; id < vocabSize; id++) {
            need(id, 8);
            scores[id] = bytes.get(FLOAT, position);
            position += Float.BYTES;
            String piece = piece(id);
            tokens[id] = switch (id) {
                case BEGIN -> "<s>";
                case END -> END_TEXT;
                default -> id < PIECES ? piece : piece.replace(' ', '▁');
            };
            types[id] = id == UNKNOWN ? UNKNOWN_TYPE : id < BYTES ? CONTROL : id < PIECES ? BYTE : NORMAL;
        }
        if (position != bytes.byteSize()) {
            throw error(vocabSize, position, "the end of the file, as the checkpoint has " + vocabSize + " tokens",
                    (bytes.byteSize() - position) + " more bytes; is it another model's tokenizer?");
        }
        metadata.put("tokenizer.ggml.model", "llama");
        metadata.put("tokenizer.ggml.pre", "default");
        metadata.put("tokenizer.ggml.tokens", tokens);
        metadata.put("tokenizer.ggml.scores", scores);
        metadata.put("tokenizer.ggml.token_type", types);
        metadata.put("tokenizer.ggml.bos_token_id", (long) BEGIN);
        // llama2.c was trained on texts that follow one another with only BOS between them, and stops there.
        metadata.put("tokenizer.ggml.eos_token_id", (long) BEGIN);
        metadata.put("tokenizer.ggml.unknown_token_id", (long) UNKNOWN);
        metadata.put("tokenizer.ggml.add_bos_token", true);
        metadata.put("tokenizer.ggml.add_eos_token", false);
    }

    private String piece(int id) {
        long at = position;
        int length = bytes.get(INT, position);
        position += Integer.BYTES;
        if (length < 0 || length > bytes.byteSize() - position) {
            throw error(id, at, "a length that fits into the remaining " + (bytes.byteSize() - position) + " bytes",
                    Integer.toString(length));
        }
        byte[] utf8 = new byte[length];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, position, utf8, 0, length);
        position += length;
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw error(id, at, "a token in UTF-8", "bytes that are not");
        }
    }

    private void need(int id, int size) {
        if (bytes.byteSize() - position < size) {
            throw error(id, position, "a score and a length (8 bytes)",
                    "the end of the file; is it another model's tokenizer?");
        }
    }

    private ModelFormatException error(int id, long at, String expected, String found) {
        return new ModelFormatException(
                "token " + id + " of " + file + " at byte " + at + ": expected " + expected + ", found " + found);
    }
}
