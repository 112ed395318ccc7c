package dev.railhead.gguf;

import dev.railhead.ModelFileChangedException;
import dev.railhead.ModelFormatException;
import dev.railhead.spi.Utf8Strings;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Reads llama2.c's `tokenizer.bin`: the length of the longest token, then for each token an f32 score, an i32 length
/// and its bytes. The number of tokens is the checkpoint's. The result are GGUF's keys for a SentencePiece vocabulary.
///
/// Goes over the file twice, to check it and to copy it, so that no memory is taken for tokens that are not there.
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

    /// SentencePiece's space, ▁, which takes three bytes for the one of a space.
    private static final byte[] SPACE = "▁".getBytes(StandardCharsets.UTF_8);

    // GGUF's token types.
    private static final int NORMAL = 1;
    private static final int UNKNOWN_TYPE = 2;
    private static final int CONTROL = 3;
    private static final int BYTE = 6;

    private final String file;
    private final MemorySegment bytes;
    private long position;

    private Llama2cTokenizer(String file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /// Adds the tokenizer's keys.
    ///
    /// @param vocabSize number of tokens the file must have
    static void read(String file, MemorySegment bytes, int vocabSize, Map<String, Object> metadata) {
        if (bytes.byteSize() / 8 < vocabSize) {
            throw new ModelFormatException("size of " + file + ": expected " + vocabSize
                    + " tokens as the checkpoint has, of 8 bytes or more, found " + bytes.byteSize()
                    + " bytes; is it another model's tokenizer?");
        }
        if (bytes.byteSize() > Limits.TOKENIZER_BYTES) {
            throw new ModelFormatException("size of " + file + ": expected at most " + Limits.TOKENIZER_BYTES
                    + " bytes, found " + bytes.byteSize() + "; is it a tokenizer?");
        }
        new Llama2cTokenizer(file, bytes).read(vocabSize, metadata);
    }

    private void read(int vocabSize, Map<String, Object> metadata) {
        int textBytes = check(vocabSize);
        byte[] texts = new byte[textBytes];
        int[] offsets = new int[vocabSize + 1];
        float[] scores = new float[vocabSize];
        int[] types = new int[vocabSize];
        position = Integer.BYTES;
        for (int id = 0; id < vocabSize; id++) {
            need(id, 8);
            scores[id] = bytes.get(FLOAT, position);
            position += Float.BYTES;
            byte[] text = text(id);
            if (text.length > textBytes - offsets[id]) {
                throw changed();
            }
            System.arraycopy(text, 0, texts, offsets[id], text.length);
            offsets[id + 1] = offsets[id] + text.length;
            types[id] = id == UNKNOWN ? UNKNOWN_TYPE : id < BYTES ? CONTROL : id < PIECES ? BYTE : NORMAL;
        }
        if (offsets[vocabSize] != textBytes) {
            throw changed();
        }
        metadata.put("tokenizer.ggml.model", "llama");
        metadata.put("tokenizer.ggml.pre", "default");
        metadata.put("tokenizer.ggml.tokens", new Utf8Strings(texts, offsets));
        metadata.put("tokenizer.ggml.scores", scores);
        metadata.put("tokenizer.ggml.token_type", types);
        metadata.put("tokenizer.ggml.bos_token_id", (long) BEGIN);
        // llama2.c was trained on texts that follow one another with only BOS between them, and stops there.
        metadata.put("tokenizer.ggml.eos_token_id", (long) BEGIN);
        metadata.put("tokenizer.ggml.unknown_token_id", (long) UNKNOWN);
        metadata.put("tokenizer.ggml.add_bos_token", true);
        metadata.put("tokenizer.ggml.add_eos_token", false);
    }

    /// Checks that the file holds exactly the tokens.
    ///
    /// @return bytes of all their texts
    private int check(int vocabSize) {
        position = Integer.BYTES;
        int textBytes = 0;
        for (int id = 0; id < vocabSize; id++) {
            need(id, 8);
            position += Float.BYTES;
            textBytes += text(id).length;
        }
        if (position != bytes.byteSize()) {
            throw error(vocabSize, position, "the end of the file, as the checkpoint has " + vocabSize + " tokens",
                    (bytes.byteSize() - position) + " more bytes; is it another model's tokenizer?");
        }
        return textBytes;
    }

    /// The text that GGUF has for a token, as UTF-8.
    private byte[] text(int id) {
        byte[] piece = piece(id);
        return switch (id) {
            case BEGIN -> "<s>".getBytes(StandardCharsets.UTF_8);
            case END -> END_TEXT.getBytes(StandardCharsets.UTF_8);
            default -> id < PIECES ? piece : withVisibleSpaces(piece);
        };
    }

    private static byte[] withVisibleSpaces(byte[] piece) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(piece.length + SPACE.length);
        for (byte b : piece) {
            if (b == ' ') {
                text.writeBytes(SPACE);
            } else {
                text.write(b);
            }
        }
        return text.toByteArray();
    }

    private byte[] piece(int id) {
        long at = position;
        int length = bytes.get(INT, position);
        position += Integer.BYTES;
        if (length < 0 || length > bytes.byteSize() - position) {
            throw error(id, at, "a length that fits into the remaining " + (bytes.byteSize() - position) + " bytes",
                    Integer.toString(length));
        }
        if (length > Limits.TOKEN_BYTES) {
            throw error(id, at, "a token of at most " + Limits.TOKEN_BYTES + " bytes", Integer.toString(length));
        }
        byte[] utf8 = new byte[length];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, position, utf8, 0, length);
        position += length;
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
        } catch (CharacterCodingException e) {
            throw error(id, at, "a token in UTF-8", "bytes that are not");
        }
        return utf8;
    }

    private ModelFileChangedException changed() {
        return new ModelFileChangedException(file + ": expected the same bytes at a second look, found others; load it "
                + "when it is complete, and replace model files by renaming");
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
