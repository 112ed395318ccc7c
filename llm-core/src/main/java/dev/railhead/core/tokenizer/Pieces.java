package dev.railhead.core.tokenizer;

import java.util.Arrays;
import java.util.function.IntFunction;

/// The bytes of all tokens in one array.
final class Pieces {
    private final byte[] bytes;
    private final int[] offsets; // [size + 1]

    /// @param pieceOf gives the bytes of a token, at most as many as its text has
    Pieces(Vocabulary vocabulary, IntFunction<byte[]> pieceOf) {
        byte[] all = new byte[vocabulary.textBytes()];
        offsets = new int[vocabulary.size() + 1];
        for (int id = 0; id < vocabulary.size(); id++) {
            byte[] piece = pieceOf.apply(id);
            System.arraycopy(piece, 0, all, offsets[id], piece.length);
            offsets[id + 1] = offsets[id] + piece.length;
        }
        bytes = Arrays.copyOf(all, offsets[vocabulary.size()]);
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
