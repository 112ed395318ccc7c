package dev.railhead.gguf;

import dev.railhead.ModelFormatException;
import dev.railhead.UnsupportedModelException;
import dev.railhead.spi.ModelSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Opens model files of any format.
public final class ModelFiles {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MAGIC_BYTES = 4;
    private static final String CONVERT = "convert the original model with convert_hf_to_gguf.py of llama.cpp";

    private ModelFiles() {}

    /// Opens a model file; the format is recognised by its first bytes.
    ///
    /// @param path a GGUF file, the first shard of a split one, or a llama2.c checkpoint
    /// @param tokenizer the `tokenizer.bin` of a llama2.c checkpoint; null means the file of that name beside it
    /// @throws dev.railhead.ModelLoadException if the file can't be opened, is damaged or not supported
    public static ModelSource open(Path path, @Nullable Path tokenizer) {
        MappedFile file = MappedFile.open(path);
        boolean gguf;
        try {
            checkForeign(file.name(), file.bytes());
            gguf = isGguf(file.bytes());
        } catch (InternalError e) {
            file.close();
            throw file.truncated(e);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
        return gguf ? GgufFile.open(file) : Llama2cFile.open(file, tokenizer);
    }

    private static boolean isGguf(MemorySegment bytes) {
        return bytes.byteSize() < MAGIC_BYTES || bytes.get(INT, 0) == GgufShard.MAGIC;
    }

    /// Says what a file is that is neither GGUF nor llama2.c.
    private static void checkForeign(String file, MemorySegment bytes) {
        if (isGguf(bytes)) {
            return;
        }
        byte[] start = bytes.asSlice(0, MAGIC_BYTES).toArray(ValueLayout.JAVA_BYTE);
        String remedy = switch (new String(start, StandardCharsets.ISO_8859_1)) {
            // Both as text and as the little-endian number that these formats wrote.
            case "ggml", "ggmf", "ggjt", "ggla", "lmgg", "fmgg", "tjgg", "algg", "GGML", "GGMF", "GGJT", "GGLA" ->
                "a GGML file from before GGUF; " + CONVERT;
            case "PK\3\4" -> "a ZIP archive, as PyTorch writes; " + CONVERT;
            case "gguf" -> "\"gguf\" in lower case; the file is damaged, get it again";
            case "FUGG" -> "GGUF with its bytes swapped; the file is damaged, get it again";
            default ->
                start[0] == (byte) 0x80 && start[1] == 2 ? "a Python pickle, as PyTorch writes; " + CONVERT : null;
        };
        if (remedy == null && bytes.byteSize() > 9 && bytes.get(ValueLayout.JAVA_BYTE, 8) == '{') {
            remedy = "a safetensors file; " + CONVERT;
        }
        if (remedy != null) {
            throw new UnsupportedModelException(
                    "header of " + file + " at byte 0: expected a GGUF file or a llama2.c checkpoint, found " + remedy);
        }
        if (bytes.get(INT, 0) != Llama2cHeader.MAGIC && !file.endsWith(".bin") && !Llama2cHeader.isLegacy(bytes)) {
            throw new ModelFormatException("header of " + file
                    + " at byte 0: expected a GGUF file or a llama2.c checkpoint, found bytes that begin with "
                    + HexFormat.of().formatHex(start));
        }
    }
}
