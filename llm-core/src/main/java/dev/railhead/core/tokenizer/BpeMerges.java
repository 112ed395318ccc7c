package dev.railhead.core.tokenizer;

import dev.railhead.ModelFormatException;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Utf8Strings;
import java.nio.charset.StandardCharsets;

/// Reads the merges of a file: lines of two tokens with a space between them, the earliest to merge first. The first
/// character of a line is part of a token even if it is a space.
final class BpeMerges {
    private static final String MERGES = "tokenizer.ggml.merges";

    private BpeMerges() {}

    /// @throws ModelFormatException if there are none, or a line is no merge of tokens to a token
    static MergeTable read(Metadata metadata, Vocabulary vocabulary) {
        // llama.cpp takes files of Kimi K2 without merges.
        boolean optional = metadata.string("tokenizer.ggml.pre", "").equals("kimi-k2");
        if (optional && !metadata.has(MERGES)) {
            return new MergeTable(0);
        }
        Utf8Strings lines = metadata.strings(MERGES);
        MergeTable merges = new MergeTable(lines.size());
        for (int rank = 0; rank < lines.size(); rank++) {
            byte[] line = lines.bytes(rank);
            int space = 1;
            while (space < line.length && line[space] != ' ') {
                space++;
            }
            if (space >= line.length) {
                throw metadata.error(MERGES, "two tokens and a space between them",
                        "'" + lines.get(rank) + "' as merge " + rank);
            }
            int left = part(metadata, vocabulary, line, 0, space, rank);
            int right = part(metadata, vocabulary, line, space + 1, line.length, rank);
            System.arraycopy(line, space + 1, line, space, line.length - space - 1);
            merges.add(left, right, rank, part(metadata, vocabulary, line, 0, line.length - 1, rank));
        }
        merges.trim();
        return merges;
    }

    private static int part(Metadata metadata, Vocabulary vocabulary, byte[] text, int from, int to, int rank) {
        int id = vocabulary.find(text, from, to);
        if (id < 0) {
            throw metadata.error(MERGES, "merges of tokens to tokens", "'"
                    + new String(text, from, to - from, StandardCharsets.UTF_8) + "', which is no token, in merge "
                    + rank);
        }
        return id;
    }
}
