package dev.railhead.core.tokenizer;

import static dev.railhead.core.tokenizer.Rules.LINE_ENDS;
import static dev.railhead.core.tokenizer.Rules.SPACES;
import static dev.railhead.core.tokenizer.Rules.SPACES_BUT_LAST;
import static dev.railhead.core.tokenizer.Rules.after;
import static dev.railhead.core.tokenizer.Rules.one;
import static dev.railhead.core.tokenizer.Rules.prefixed;
import static dev.railhead.core.tokenizer.Rules.prefixedThenOne;
import static dev.railhead.core.tokenizer.Rules.run;
import static dev.railhead.core.tokenizer.Rules.upTo;
import static dev.railhead.core.tokenizer.WordRules.CONTRACTION;
import static dev.railhead.core.tokenizer.WordRules.LOWER_CONTRACTION;
import static dev.railhead.core.tokenizer.WordRules.withContraction;

import dev.railhead.core.tokenizer.PreTokenizer.Alphabet;
import dev.railhead.core.tokenizer.PreTokenizer.Bos;
import dev.railhead.core.tokenizer.PreTokenizer.Whole;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The pre-tokenizers by `tokenizer.ggml.pre`. The patterns are those of the models' authors as llama.cpp applies them.
public final class PreTokenizers {
    private static final String LETTER = "[\\p{L}]";
    private static final String NUMBER = "[\\p{N}]";
    private static final String PREFIX = "[^\\r\\n\\p{L}\\p{N}]";
    private static final String SYMBOL = "[^\\s\\p{L}\\p{N}]";
    private static final String LINE_END = "[\\r\\n]";
    private static final String LINE_END_SLASH = "[\\r\\n/]";
    private static final String ASCII_DIGIT = "[0-9]";

    private static final Map<String, Supplier<PreTokenizer>> BY_NAME = new HashMap<>();

    static {
        // GPT-2's pattern, alone or after others
        add(() -> PreTokenizer.of(gpt2()), "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de",
                "gigachat", "a.x-4.0", "mellum", "modern-bert", "exaone4", "jina-v1-en", "jina-v2-code",
                "roberta-bpe", "olmo", "mpt", "jais", "trillion", "granite-docling");
        add(() -> PreTokenizer.of(Alternatives.of(one(NUMBER)), gpt2()), "starcoder", "refact", "command-r", "smollm",
                "codeshell", "exaone", "minerva-7b", "mellum2");
        add(() -> PreTokenizer.of(Alternatives.of(run("[\\p{P}$+<=>\\^~|`]")), gpt2(),
                Alternatives.of(Rules.exactly(3, ASCII_DIGIT))), "falcon");
        add(() -> PreTokenizer.of(Alternatives.of(run("[\\p{P}$+<=>\\^~|]")), gpt2(), Alternatives.of(run(NUMBER)),
                Alternatives.of(Rules.exactly(3, ASCII_DIGIT))), "default");
        add(() -> PreTokenizer.of(Alternatives.of(Rules.between("<sentinel:", ASCII_DIGIT, Integer.MAX_VALUE, ">")),
                Alternatives.of(Rules.between("IMGIMG", "[A-I]", 4, "Z")),
                Alternatives.of(one("[\\t\\n]"), Rules.literal("    "), Rules.literal("  ")),
                Alternatives.of(one(NUMBER)), Alternatives.of(one("[\\p{P}!-/:-@\\[-`{-~]")), gpt2())
                .with(Bos.BY_DEFAULT),
                "chameleon");

        // Llama 3's pattern, with one to three digits or with one
        add(() -> PreTokenizer.of(llama3(upTo(3, NUMBER))).with(Whole.ALL).with(Bos.BY_DEFAULT), "llama3", "llama-v3",
                "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano");
        add(() -> PreTokenizer.of(llama3(upTo(3, NUMBER))), "dbrx", "smaug-bpe");
        add(() -> PreTokenizer.of(llama3(upTo(3, NUMBER))).with(Bos.NONE_BY_DEFAULT), "glm4", "chatglm-bpe");
        add(() -> PreTokenizer.of(Alternatives.of(upTo(3, NUMBER)), llama3(run(NUMBER))).with(Whole.ALL), "minicpm5");
        add(() -> PreTokenizer.of(Alternatives.of(CONTRACTION, word(LETTER), upTo(3, NUMBER),
                prefixed("[ ]", SYMBOL, LINE_END), LINE_ENDS, Rules.halvedSpaces())), "jais-2");
        add(() -> PreTokenizer.of(llama3(one(NUMBER))), "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez",
                "stablelm2", "hunyuan", "solar-open", "grok-2", "bailingmoe", "bailingmoe2", "llada-moe");
        add(() -> PreTokenizer.of(lines(), llama3(one(NUMBER))), "laguna");
        add(() -> PreTokenizer.of(Alternatives.of(CONTRACTION, word("[\\p{L}\\p{M}]"), one(NUMBER),
                prefixed("[ ]", "[^\\s\\p{L}\\p{M}\\p{N}]", LINE_END), LINE_ENDS, SPACES_BUT_LAST, SPACES)), "qwen35");
        add(() -> PreTokenizer.of(Alternatives.of(word(LETTER), one(NUMBER), prefixed("[ ]", SYMBOL, LINE_END),
                LINE_ENDS, SPACES_BUT_LAST, SPACES)), "ufakzeka");
        add(() -> PreTokenizer.of(Alternatives.of(CONTRACTION, word(LETTER), one(NUMBER), prefixed("[ ]", SYMBOL),
                LINE_ENDS, SPACES_BUT_LAST, SPACES)), "seed-coder");
        add(() -> PreTokenizer.of(Alternatives.of(CONTRACTION, WordRules.WORDS, one(NUMBER),
                prefixedThenOne("[ ]", SYMBOL, LINE_END_SLASH), LINE_ENDS, SPACES_BUT_LAST, SPACES)), "exaone-moe");

        // Words that end where lower case turns into upper case
        add(() -> PreTokenizer.of(gpt4o(withContraction(WordRules.cased(CharKinds.OTHER_LETTER)), upTo(3, NUMBER))),
                "gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2");
        add(() -> PreTokenizer.of(gpt4o(WordRules.cased(CharKinds.OTHER_LETTER), one(NUMBER))).with(Whole.ALL)
                .with(Bos.BY_DEFAULT), "tekken");
        add(() -> PreTokenizer.of(gpt4o(withContraction(WordRules.cased(CharKinds.OTHER_LETTER | CharKinds.MARK)),
                upTo(3, NUMBER))).with(Whole.ALL), "granite-embed-multi-97m");
        // llama.cpp reads \p{Lu} and the like as \p{L}, so these have no case
        add(() -> PreTokenizer.of(DigitGroups.IN_TEXT,
                gpt4o(withContraction(word("[\\p{L}\\p{M}]")), upTo(3, NUMBER))), "tiny_aya", "cohere2moe");
        add(() -> PreTokenizer.of(
                Alternatives.of(run("[\uAC00-\uD7A3\u3131-\u318E]"),
                        run("[\uFF01\u2026\u201C\u201D\u2018\u2019\u2014\uFF1A\uFF1B\uFF0C\u3001-\u303F\uFE30-\uFE4F]"),
                        run("[\u3105-\u312F]"), run(CharLists.KANJI_KANA)),
                gpt4o(withContraction(word("[\\p{L}\\p{M}]")), one(NUMBER))).with(Whole.ALL), "youtu");
        add(() -> PreTokenizer.of(Alternatives.of(run("[" + CharLists.HAN + "]"),
                withContraction(word("[\\p{L}&&[^" + CharLists.HAN + "]]")), upTo(3, NUMBER),
                prefixed("[ ]", SYMBOL, LINE_END),
                LINE_ENDS, SPACES_BUT_LAST, SPACES)), "kimi-k2");

        // DeepSeek's patterns
        add(() -> PreTokenizer.of(Alternatives.of(one(LINE_END)),
                Alternatives.of(prefixed("[\\s]", CharLists.CASED_LETTER)),
                Alternatives.of(prefixed("[\\s]", "[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3001\u3002]")),
                new TrailingSpaces(),
                Alternatives.of(run(CharLists.ASIAN)), Alternatives.of(run(NUMBER))), "deepseek-llm");
        add(() -> PreTokenizer.of(Alternatives.of(one(LINE_END)), Alternatives.of(prefixed("[\\s]", LETTER)),
                Alternatives.of(prefixed("[\\s]", "[\\p{P}]")), Alternatives.of(run(CharLists.ASIAN)),
                Alternatives.of(one(NUMBER))), "deepseek-coder");
        add(() -> PreTokenizer.of(Alternatives.of(upTo(3, NUMBER)), Alternatives.of(run(CharLists.KANJI_KANA)),
                deepseek3()),
                "deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4");
        add(() -> PreTokenizer.of(DigitGroups.IN_TEXT, Alternatives.of(run(CharLists.AFMOE_ASIAN)), deepseek3()),
                "afmoe");
        add(() -> PreTokenizer.of(Alternatives.of(upTo(3, NUMBER)), Alternatives.of(run(CharLists.KANJI_KANA)),
                Alternatives.of(symbolAndLetters(), prefixed("[^\\r\\n\\p{L}\\p{P}\\p{S}]", "[\\p{L}\\p{M}]"),
                        prefixed("[ ]", "[\\p{P}\\p{S}]"), one(LINE_END), SPACES_BUT_LAST, SPACES),
                Alternatives.of(one(NUMBER))), "spark2_5");

        add(() -> PreTokenizer.of(bloom()), "poro-chat", "bloom", "gpt3-finnish");
        add(() -> PreTokenizer.of(bloom(), Alternatives.of(one(NUMBER))), "viking");
        add(() -> PreTokenizer.of(Alternatives.of(run(NUMBER)), DigitGroups.ISOLATED), "superbpe");

        // Tokens that are not written in bytes
        add(() -> PreTokenizer.of(lines()).with(Alphabet.TEXT_WITHOUT_SPACES), "sarvam-moe");
        add(() -> PreTokenizer.of(lines()).with(Alphabet.TEXT_WITHOUT_SPACES).with(Whole.LINE_ENDS).with(Bos.ALWAYS),
                "gemma4", "granite-embed-multi-311m");
        add(() -> PreTokenizer.of(Alternatives.of(run("[^\\s]"))).with(Alphabet.TEXT), "whitespace");
    }

    private PreTokenizers() {}

    /// The pre-tokenizer of this name, or null.
    static @Nullable PreTokenizer find(String name) {
        Supplier<PreTokenizer> found = BY_NAME.get(name);
        return found == null ? null : found.get();
    }

    /// The pre-tokenizer of a name that is known to be in the table.
    static PreTokenizer get(String name) {
        return Objects.requireNonNull(find(name), name);
    }

    /// All names in alphabetical order.
    public static Set<String> names() {
        return new TreeSet<>(BY_NAME.keySet());
    }

    private static Cut gpt2() {
        return Alternatives.of(LOWER_CONTRACTION, prefixed("[ ]", LETTER), prefixed("[ ]", NUMBER),
                prefixed("[ ]", SYMBOL), SPACES_BUT_LAST);
    }

    private static Cut llama3(Rule digits) {
        return Alternatives.of(CONTRACTION, word(LETTER), digits, prefixed("[ ]", SYMBOL, LINE_END), LINE_ENDS,
                SPACES_BUT_LAST, SPACES);
    }

    private static Cut gpt4o(Rule word, Rule digits) {
        return Alternatives.of(word, digits, prefixed("[ ]", SYMBOL, LINE_END_SLASH), LINE_ENDS, SPACES_BUT_LAST,
                SPACES);
    }

    private static Cut deepseek3() {
        return Alternatives.of(symbolAndLetters(), prefixed("[^\\r\\n\\p{L}\\p{P}\\p{S}]", "[\\p{L}\\p{M}]"),
                prefixed("[ ]", "[\\p{P}\\p{S}]", LINE_END), LINE_ENDS, SPACES_BUT_LAST, SPACES);
    }

    private static Cut bloom() {
        return Alternatives.of(prefixed("[ ]", "[^(\\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]"));
    }

    private static Cut lines() {
        return Alternatives.of(run("[^\\n]"), run("[\\n]"));
    }

    private static Rule word(String letters) {
        return prefixed(PREFIX, letters);
    }

    private static Rule symbolAndLetters() {
        return after("[!-/:-@\\[-`{-~]", "[A-Za-z]");
    }

    private static void add(Supplier<PreTokenizer> preTokenizer, String... names) {
        for (String name : names) {
            BY_NAME.put(name, preTokenizer);
        }
    }
}
