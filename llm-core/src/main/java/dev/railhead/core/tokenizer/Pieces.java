package dev.railhead.core.tokenizer;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.function.IntFunction;

/// The bytes of all tokens in one array.
final class Pieces {
    private final byte[] bytes;
    private final int[] offsets; // [size + 1]

    Pieces(int size, IntFunction<byte[]> pieceOf) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(size * 8);
        offsets = new int[size + 1];
        for (int id = 0; id < size; id++) {
            all.writeBytes(pieceOf.apply(id));
            offsets[id + 1] = all.size();
        }
        bytes = all.toByteArray();
    }

    byte[] get(int id) {
        return Arrays.copyOfRange(bytes, offsets[id], offsets[id + 1]);
    }

    int length(int id) {
        return offsets[id + 1] - offsets[id];
    }

    /// Copies the first bytes of a token.
    void copy(int id, byte[] to, int at, int length) {
        System.arraycopy(bytes, offsets[id], to, at, length);
    }
}
