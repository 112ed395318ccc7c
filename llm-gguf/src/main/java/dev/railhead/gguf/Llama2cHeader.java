package dev.railhead.gguf;

import dev.railhead.ModelFormatException;
import dev.railhead.UnsupportedModelException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The header of a llama2.c checkpoint.
///
/// @param version 0 for the legacy format without magic number, 1 for floats, 2 for int8
/// @param dim embedding length
/// @param sharedClassifier whether the output matrix is the token embedding
/// @param groupSize values that share a scale; 0 unless version 2
/// @param bytes where the weights begin
record Llama2cHeader(int version, int dim, int hiddenDim, int layers, int heads, int kvHeads, int vocabSize, int seqLen,
        boolean sharedClassifier, int groupSize, int bytes) {
    /// `ak42`, little-endian.
    static final int MAGIC = 0x616b3432;

    private static final int LEGACY_BYTES = 7 * Integer.BYTES;
    private static final int BYTES = 256;
    private static final int SHARED_AT = 36;
    private static final int GROUP_SIZE_AT = 37;

    /// Far beyond any llama, and small enough that no product of them overflows a long.
    private static final int MAX_DIM = 1 << 20;
    private static final int MAX_LAYERS = 1 << 12;
    private static final int MAX_POSITIONS = 1 << 24;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static Llama2cHeader read(String file, MemorySegment bytes) {
        return new Reader(file, bytes).read();
    }

    /// Whether bytes without a magic number could be a legacy checkpoint.
    static boolean isLegacy(MemorySegment bytes) {
        if (bytes.byteSize() < LEGACY_BYTES) {
            return false;
        }
        for (int field = 0; field < 7; field++) {
            int value = bytes.get(INT, field * (long) Integer.BYTES);
            boolean vocabulary = field == 5;
            if (Math.abs((long) value) > MAX_POSITIONS || value == 0 || value < 0 && !vocabulary) {
                return false;
            }
        }
        return true;
    }

    int headDim() {
        return dim / heads;
    }

    int kvDim() {
        return headDim() * kvHeads;
    }

    private record Reader(String file, MemorySegment bytes) {
        Llama2cHeader read() {
            need(LEGACY_BYTES);
            boolean legacy = bytes.get(INT, 0) != MAGIC;
            if (!legacy) {
                need(BYTES);
            }
            int version = legacy ? 0 : version();
            long at = legacy ? 0 : 8;
            int dim = field(at, "dim", MAX_DIM);
            int hiddenDim = field(at + 4, "hidden_dim", MAX_DIM);
            int layers = field(at + 8, "n_layers", MAX_LAYERS);
            int heads = field(at + 12, "n_heads", dim);
            int kvHeads = field(at + 16, "n_kv_heads", heads);
            int vocabSize = vocabSize(at + 20, legacy);
            int seqLen = field(at + 24, "seq_len", MAX_POSITIONS);
            if (dim % heads != 0 || dim / heads % 2 != 0) {
                throw error(at + 12, "n_heads that divides dim " + dim + " into heads of even length",
                        Integer.toString(heads));
            }
            if (heads % kvHeads != 0) {
                throw error(at + 16, "n_kv_heads that divides n_heads " + heads, Integer.toString(kvHeads));
            }
            boolean shared = legacy ? bytes.get(INT, at + 20) > 0 : shared();
            int groupSize = version == 2 ? field(GROUP_SIZE_AT, "group size", MAX_DIM) : 0;
            return new Llama2cHeader(version, dim, hiddenDim, layers, heads, kvHeads, vocabSize, seqLen, shared,
                    groupSize, legacy ? LEGACY_BYTES : BYTES);
        }

        private void need(int headerBytes) {
            if (bytes.byteSize() < headerBytes) {
                throw error(bytes.byteSize(), "a header of " + headerBytes + " bytes", "the end of the file");
            }
        }

        private int version() {
            int version = bytes.get(INT, 4);
            if (version < 1 || version > 2) {
                throw new UnsupportedModelException("header of " + file
                        + " at byte 4: expected version 1 or 2 of llama2.c, found " + version);
            }
            return version;
        }

        private int field(long at, String name, int max) {
            int value = bytes.get(INT, at);
            if (value < 1 || value > max) {
                throw error(at, name + " from 1 to " + max, Integer.toString(value));
            }
            return value;
        }

        /// The legacy format says by a negative size that the classifier is not shared.
        private int vocabSize(long at, boolean legacy) {
            int value = bytes.get(INT, at);
            long size = legacy ? Math.abs((long) value) : value;
            if (size < 1 || size > MAX_POSITIONS) {
                throw error(at, "vocab_size from 1 to " + MAX_POSITIONS + (legacy ? ", or negative" : ""),
                        Integer.toString(value));
            }
            return (int) size;
        }

        private boolean shared() {
            int value = bytes.get(ValueLayout.JAVA_BYTE, SHARED_AT);
            if (value != 0 && value != 1) {
                throw error(SHARED_AT, "shared_classifier 0 or 1", Integer.toString(value));
            }
            return value == 1;
        }

        private ModelFormatException error(long at, String expected, String found) {
            return new ModelFormatException(
                    "header of " + file + " at byte " + at + ": expected " + expected + ", found " + found);
        }
    }
}
