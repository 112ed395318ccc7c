package dev.railhead.core.tokenizer;

import dev.railhead.ModelFormatException;
import dev.railhead.Tokenizer;
import dev.railhead.UnsupportedModelException;
import dev.railhead.spi.Metadata;

/// BPE: the pre-tokenizer cuts the text into words, and within a word symbols merge in the order of the file's merges.
/// The symbols are bytes (GPT-2) or characters (Gemma 4), see [WordSymbols].
final class BpeEncoder implements TextEncoder {
    private static final System.Logger LOG = System.getLogger(BpeEncoder.class.getName());
    private static final String PRE = "tokenizer.ggml.pre";
    private static final String ADD_BOS = "tokenizer.ggml.add_bos_token";
    private static final String GEMMA4 = "gemma4";

    /// The ids of GPT-2's converter, which files of that time don't name.
    private static final int GPT2_BOS_AND_EOS = 11;

    /// What all calls share.
    private record Tables(PreTokenizer preTokenizer, MergeTable merges, WordSymbols symbols, WordCache cache) {}

    private final Tables tables;
    private final PreTokenizer.Splitter splitter;
    private final Merger merger;
    private String text = "";
    private TokenList out = new TokenList(0);

    private BpeEncoder(Tables tables) {
        this.tables = tables;
        this.splitter = new PreTokenizer.Splitter(tables.preTokenizer, this::word);
        this.merger = new Merger(tables.merges);
    }

    /// Builds the tokenizer of a file of model gpt2.
    ///
    /// @throws UnsupportedModelException if the pre-tokenizer is none that Railhead has
    /// @throws ModelFormatException if the vocabulary is missing or damaged
    static Tokenizer gpt2(Metadata metadata) {
        return tokenizer(metadata, preTokenizer(metadata), GPT2_BOS_AND_EOS, (vocabulary, bpe) -> bpe);
    }

    /// Builds the tokenizer of a file of model gemma4, which needs no pre-tokenizer's name.
    ///
    /// @throws ModelFormatException if the vocabulary is missing or damaged
    static Tokenizer gemma4(Metadata metadata) {
        return tokenizer(metadata, PreTokenizers.get(GEMMA4), -1, (vocabulary, bpe) -> bpe);
    }

    /// Builds the tokenizer of a file of model hybriddna, see [DnaEncoder]. Throws as [#gpt2].
    static Tokenizer hybridDna(Metadata metadata) {
        return tokenizer(metadata, preTokenizer(metadata), GPT2_BOS_AND_EOS, new DnaEncoder.Variant());
    }

    /// Builds the tokenizer of a file of model whitespace, see [SpacelessEncoder]. Throws as [#gpt2].
    static Tokenizer whitespace(Metadata metadata) {
        boolean lowerCase = metadata.bool("tokenizer.ggml.normalizer.lowercase",
                !metadata.string(PRE, "").equals("whitespace"));
        return tokenizer(metadata, preTokenizer(metadata), GPT2_BOS_AND_EOS,
                (vocabulary, bpe) -> new SpacelessEncoder(bpe, lowerCase));
    }

    private static Tokenizer tokenizer(Metadata metadata, PreTokenizer preTokenizer, int defaultBosAndEos,
            BpeVariant variant) {
        boolean forcesBos = preTokenizer.addBos() == PreTokenizer.Bos.ALWAYS;
        Metadata corrected = forcesBos ? metadata.with(ADD_BOS, true) : metadata;
        Vocabulary vocabulary = new Vocabulary(metadata);
        MergeTable merges = BpeMerges.read(metadata, vocabulary);
        int defaultBos = preTokenizer.addBos() == PreTokenizer.Bos.NONE_BY_DEFAULT ? -1 : defaultBosAndEos;
        SpecialIds specialIds = SpecialIds.read(corrected, vocabulary, new SpecialIds.Defaults(defaultBos,
                defaultBosAndEos, -1, preTokenizer.addBos() == PreTokenizer.Bos.BY_DEFAULT));
        WordSymbols symbols = switch (preTokenizer.alphabet()) {
            case BYTES -> new ByteSymbols(vocabulary);
            case TEXT_WITHOUT_SPACES -> new TextSymbols(vocabulary, SpacedTexts.SPACE);
            case TEXT -> new TextSymbols(vocabulary, ' ');
        };
        boolean longWords = preTokenizer.alphabet() == PreTokenizer.Alphabet.TEXT_WITHOUT_SPACES;
        Tables tables = new Tables(longWords ? preTokenizer.then(new WordStarts(vocabulary)) : preTokenizer, merges,
                symbols, new WordCache());
        Pieces pieces = new Pieces(vocabulary, id -> variant.piece(vocabulary, id, symbols.piece(id)));
        return new VocabularyTokenizer(metadata, vocabulary, specialIds, pieces, false,
                () -> variant.encoder(vocabulary, new BpeEncoder(tables)));
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
                    + "' is not supported, and a guess would cut words otherwise than the model expects; supported are "
                    + String.join(", ", PreTokenizers.names()) + ". Use a newer Railhead, or a file whose key names "
                    + "one of these, if it cuts words as the model was trained");
        }
        return preTokenizer;
    }

    @Override
    public void encode(String newText, int from, int to, boolean afterSpecial, TokenList newOut) {
        text = newText;
        out = newOut;
        splitter.split(newText, from, to);
    }

    private void word(int from, int to) {
        int[] known = tables.cache.find(text, from, to);
        if (known != null) {
            out.addAll(known);
            return;
        }
        int begin = out.size();
        int whole = isTakenWhole(from, to) ? tables.symbols.whole(text, from, to) : -1;
        if (whole >= 0) {
            out.add(whole);
        } else {
            merger.clear();
            tables.symbols.append(text, from, to, merger);
            merger.merge();
            tables.symbols.addTokens(text, from, to, merger, out);
        }
        tables.cache.put(text, from, to, out, begin);
    }

    private boolean isTakenWhole(int from, int to) {
        return switch (tables.preTokenizer.whole()) {
            case NONE -> false;
            case LINE_ENDS -> text.charAt(from) == '\n' && text.charAt(to - 1) == '\n'; // lines have no other words
            case ALL -> true;
        };
    }
}
