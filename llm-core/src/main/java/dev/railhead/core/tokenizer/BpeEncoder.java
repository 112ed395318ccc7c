package dev.railhead.core.tokenizer;

import dev.railhead.ModelFormatException;
import dev.railhead.Tokenizer;
import dev.railhead.UnsupportedModelException;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Utf8Strings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Byte-level BPE as of GPT-2: the pre-tokenizer cuts the text into words, and within a word bytes merge in the order
/// of the file's merges.
final class BpeEncoder implements TextEncoder {
    private static final System.Logger LOG = System.getLogger(BpeEncoder.class.getName());
    private static final String PRE = "tokenizer.ggml.pre";
    private static final String MERGES = "tokenizer.ggml.merges";

    /// What all calls share.
    ///
    /// @param bytes token per byte, −1 for a byte without one: it is left out, as in llama.cpp
    private record Tables(Vocabulary vocabulary, PreTokenizer preTokenizer, MergeTable merges, int[] bytes,
            WordCache cache) {}

    private final Tables tables;
    private final PreTokenizer.Splitter splitter;
    private final Merger merger;

    private BpeEncoder(Tables tables) {
        this.tables = tables;
        this.splitter = tables.preTokenizer.new Splitter();
        this.merger = new Merger(tables.merges);
    }

    /// Builds the tokenizer.
    ///
    /// @throws UnsupportedModelException if the pre-tokenizer is none that Railhead has
    /// @throws ModelFormatException if the vocabulary is missing or damaged
    static Tokenizer tokenizer(Metadata metadata) {
        PreTokenizer preTokenizer = preTokenizer(metadata);
        Vocabulary vocabulary = new Vocabulary(metadata);
        MergeTable merges = merges(metadata, vocabulary);
        SpecialIds specialIds = SpecialIds.read(metadata, vocabulary,
                new SpecialIds.Defaults(11, 11, -1, preTokenizer.addBos()));
        int[] bytes = new int[256];
        for (int b = 0; b < 256; b++) {
            bytes[b] = vocabulary.find(String.valueOf(ByteAlphabet.character(b)));
        }
        long missing = Arrays.stream(bytes).filter(id -> id < 0).count();
        if (missing > 0) {
            LOG.log(System.Logger.Level.DEBUG, "{0} has no token for {1} of the 256 bytes; they are left out of texts",
                    metadata.file(), missing);
        }
        Tables tables = new Tables(vocabulary, preTokenizer, merges, bytes, new WordCache());
        Pieces pieces = new Pieces(vocabulary, id -> piece(vocabulary, id));
        return new VocabularyTokenizer(metadata, vocabulary, specialIds, pieces, false,
                () -> new BpeEncoder(tables));
    }

    private static PreTokenizer preTokenizer(Metadata metadata) {
        if (!metadata.has(PRE)) {
            LOG.log(System.Logger.Level.WARNING,
                    "{0} names no pre-tokenizer (key ''{1}''); the default one may cut words otherwise than the model "
                            + "expects. Convert the model again to be sure.",
                    metadata.file(), PRE);
        }
        String name = metadata.string(PRE, "default");
        PreTokenizer preTokenizer = PreTokenizers.find(name);
        if (preTokenizer == null) {
            throw new UnsupportedModelException("key '" + PRE + "' of " + metadata.file() + ": pre-tokenizer '" + name
                    + "' is not supported; supported are " + String.join(", ", PreTokenizers.names()));
        }
        return preTokenizer;
    }

    private static MergeTable merges(Metadata metadata, Vocabulary vocabulary) {
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

    private static byte[] piece(Vocabulary vocabulary, int id) {
        byte[] text = vocabulary.utf8(id);
        return switch (vocabulary.type(id)) {
            case NORMAL -> ByteAlphabet.decode(text);
            case BYTE -> new byte[]{(byte) Vocabulary.byteOf(vocabulary.text(id))};
            case CONTROL, UNKNOWN, USER_DEFINED -> text;
            case UNUSED, UNDEFINED -> new byte[0];
        };
    }

    @Override
    public void encode(String text, int from, int to, boolean afterSpecial, TokenList out) {
        splitter.split(text, from, to, (start, end) -> word(text, start, end, out));
    }

    private void word(String text, int from, int to, TokenList out) {
        int[] known = tables.cache.find(text, from, to);
        if (known != null) {
            out.addAll(known);
            return;
        }
        int begin = out.size();
        byte[] bytes = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
        int whole = tables.preTokenizer.ignoreMerges() ? whole(bytes) : -1;
        if (whole >= 0) {
            out.add(whole);
        } else {
            merge(bytes, out);
        }
        tables.cache.put(text, from, to, out, begin);
    }

    private int whole(byte[] bytes) {
        byte[] text = ByteAlphabet.encode(bytes);
        return tables.vocabulary.find(text, 0, text.length);
    }

    private void merge(byte[] bytes, TokenList out) {
        merger.clear();
        for (byte b : bytes) {
            merger.append(tables.bytes[b & 255]);
        }
        merger.merge();
        for (int i = 0; i < merger.count(); i = merger.next(i)) {
            if (merger.id(i) >= 0) {
                out.add(merger.id(i));
            }
        }
    }
}
