package dev.railhead.core.tokenizer;

import dev.railhead.ModelFormatException;
import dev.railhead.spi.Metadata;
import java.util.Arrays;
import java.util.function.IntPredicate;

/// Finds the tokens that a text begins with, byte by byte: a double array (Aoe 1989) in which the child of a node by
/// byte c stands in slot `base(node) ^ c` and names its parent. 12 bytes a node; a step reads one slot. Immutable.
///
/// Of tokens with equal texts the lowest id counts; empty ones are left out.
final class ByteTrie {
    static final int ROOT = 0;
    static final int NONE = -1;

    /// A walk from each place of a text goes at most this far, so that no vocabulary makes encoding quadratic. The
    /// longest tokens known, runs of spaces, take a third of it.
    static final int MAX_TOKEN_BYTES = 1024;

    /// Set in a node at which a token ends, beside its base.
    private static final int ENDS_TOKEN = Integer.MIN_VALUE;

    private final long[] nodes; // [slots]: parent's slot in the high half, base and ENDS_TOKEN in the low half
    private final int[] tokens; // [slots]: the token that ends at a node

    private ByteTrie(long[] nodes, int[] tokens) {
        this.nodes = nodes;
        this.tokens = tokens;
    }

    /// Builds the trie of some tokens in time linear to the length of their texts.
    ///
    /// @param included which ids
    /// @throws ModelFormatException if one is longer than [#MAX_TOKEN_BYTES]
    static ByteTrie of(Metadata metadata, Vocabulary vocabulary, IntPredicate included) {
        byte[] texts = new byte[vocabulary.textBytes()];
        int[] offsets = new int[vocabulary.size() + 1];
        int[] ids = new int[vocabulary.size()];
        int count = 0;
        for (int id = 0; id < ids.length; id++) {
            byte[] text = included.test(id) ? vocabulary.utf8(id) : new byte[0];
            if (text.length > MAX_TOKEN_BYTES) {
                throw metadata.error(Vocabulary.TOKENS, "tokens of at most " + MAX_TOKEN_BYTES + " bytes",
                        text.length + " bytes in token " + id);
            }
            System.arraycopy(text, 0, texts, offsets[id], text.length);
            offsets[id + 1] = offsets[id] + text.length;
            if (text.length > 0) {
                ids[count++] = id;
            }
        }
        return new ByteTrieBuilder(texts, offsets).build(Arrays.copyOf(ids, count));
    }

    /// Wraps what the builder has laid out.
    ///
    /// @param parents `[slots]`, negative for the root and for free slots
    /// @param bases `[slots]` or more; the whole block of 256 slots around a base exists
    /// @param tokens `[slots]`, −1 where none ends
    static ByteTrie of(int[] parents, int[] bases, int[] tokens) {
        long[] nodes = new long[parents.length];
        for (int slot = 0; slot < nodes.length; slot++) {
            int low = tokens[slot] < 0 ? bases[slot] : bases[slot] | ENDS_TOKEN;
            nodes[slot] = (long) parents[slot] << 32 | low & 0xFFFFFFFFL;
        }
        return new ByteTrie(nodes, tokens);
    }

    /// The child of a node by a byte, or [#NONE].
    int child(int node, byte b) {
        int slot = (int) nodes[node] & ~ENDS_TOKEN ^ b & 0xFF;
        return (int) (nodes[slot] >>> 32) == node ? slot : NONE;
    }

    /// Whether a token ends at a node.
    boolean endsToken(int node) {
        return (int) nodes[node] < 0;
    }

    /// The token that ends at a node, −1 if none does.
    int token(int node) {
        return tokens[node];
    }

    /// Length of the longest token that a text begins with at `from`, 0 if none does.
    int longestPrefix(byte[] text, int from, int to) {
        int length = 0;
        int node = ROOT;
        for (int i = from; i < to; i++) {
            node = child(node, text[i]);
            if (node == NONE) {
                break;
            }
            if (endsToken(node)) {
                length = i + 1 - from;
            }
        }
        return length;
    }
}
