package dev.railhead.core.tokenizer;

import dev.railhead.spi.Utf8Strings;
import java.util.Arrays;

/// Finds tokens by their bytes: an open-addressing hash table of ids, 8 bytes a token. Of tokens with equal bytes the
/// lowest id is found.
final class TokenIds {
    private static final int EMPTY = -1;

    private final Utf8Strings texts;
    private final SeededHash hash = new SeededHash();
    private final int[] ids; // by slot

    TokenIds(Utf8Strings texts) {
        this.texts = texts;
        ids = new int[Math.multiplyExact(2, texts.size())];
        Arrays.fill(ids, EMPTY);
        for (int id = 0; id < texts.size(); id++) {
            byte[] text = texts.bytes(id);
            int slot = slot(text, 0, text.length);
            if (ids[slot] == EMPTY) {
                ids[slot] = id;
            }
        }
    }

    /// The id of the token with the bytes `text[from]` to `text[to]`, exclusive, or −1.
    int find(byte[] text, int from, int to) {
        return ids[slot(text, from, to)];
    }

    private int slot(byte[] text, int from, int to) {
        int slot = SeededHash.slot(hash.of(text, from, to), ids.length);
        while (ids[slot] != EMPTY && !texts.matches(ids[slot], text, from, to)) {
            slot = slot + 1 == ids.length ? 0 : slot + 1;
        }
        return slot;
    }
}
