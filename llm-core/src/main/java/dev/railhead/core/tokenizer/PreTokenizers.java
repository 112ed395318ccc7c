package dev.railhead.core.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The pre-tokenizers by `tokenizer.ggml.pre`. The patterns are those of the models' authors as llama.cpp applies them;
/// `\s` means Unicode white space.
///
/// Not here, and so refused by name: names whose patterns take quadratic time or a deep stack on long runs (superbpe,
/// tiny_aya, exaone-moe, jais-2), and names that a table of patterns does not describe faithfully (deepseek-llm, youtu,
/// kimi-k2, afmoe).
final class PreTokenizers {
    private static final String CONTRACTION = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
    private static final String WORD = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
    private static final String SYMBOLS = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*";
    private static final String LINE_ENDS = "\\s*[\\r\\n]+";
    private static final String SPACES = "\\s+(?!\\S)|\\s+";
    private static final String DIGIT = "\\p{N}";
    private static final String DIGITS_3 = "\\p{N}{1,3}";

    private static final String GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";
    private static final String LLAMA3 = anyOf(CONTRACTION, WORD, DIGITS_3, SYMBOLS, LINE_ENDS, SPACES);
    private static final String QWEN2 = anyOf(CONTRACTION, WORD, DIGIT, SYMBOLS, LINE_ENDS, SPACES);
    private static final String QWEN35 = anyOf(CONTRACTION, "[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+", DIGIT,
            " ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*", LINE_ENDS, SPACES);

    private static final String KANJI_KANA = "[一-龥぀-ゟ゠-ヿ]+";
    private static final String DEEPSEEK3 = anyOf("[!-/:-@\\[-`{-~][A-Za-z]+",
            "[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+", " ?[\\p{P}\\p{S}]+[\\r\\n]*", LINE_ENDS, SPACES);

    // llama.cpp takes every letter beyond ASCII for both upper and lower case.
    private static final String UPPER = "[\\p{L}&&[^a-z]]";
    private static final String LOWER = "[\\p{L}&&[^A-Z]]";
    private static final String UPPER_OR_MARK = "[\\p{L}\\p{M}&&[^a-z]]";
    private static final String LOWER_OR_MARK = "[\\p{L}\\p{M}&&[^A-Z]]";
    private static final String SYMBOLS_SLASH = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*";

    private static final Map<String, PreTokenizer> BY_NAME = new HashMap<>();

    static {
        PreTokenizer gpt2 = of(GPT2);
        add(gpt2, "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "gigachat", "a.x-4.0", "mellum",
                "modern-bert", "exaone4", "jina-v1-en", "jina-v2-code", "roberta-bpe", "olmo", "mpt", "jais",
                "trillion", "granite-docling");
        add(of(DIGIT, GPT2), "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b",
                "mellum2");
        add(of("[\\p{P}$+<=>^~|`]+", GPT2, "[0-9][0-9][0-9]"), "falcon");
        add(of("[\\p{P}$+<=>^~|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]"), "default");
        add(new PreTokenizer(compile(LLAMA3), true, true), "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1",
                "pixtral", "midm-2.0", "lfm2", "jina-v5-nano");
        add(of(LLAMA3), "glm4", "chatglm-bpe", "dbrx", "smaug-bpe");
        add(of(QWEN2), "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez", "stablelm2", "hunyuan",
                "solar-open", "grok-2");
        add(of(QWEN35), "qwen35");
        add(of("[^\\n]+|[\\n]+", QWEN2), "laguna");
        add(of(anyOf(WORD, DIGIT, SYMBOLS, LINE_ENDS, SPACES)), "ufakzeka");
        add(of(DIGITS_3, KANJI_KANA, DEEPSEEK3), "deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4");
        add(of("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", "[一-龥ࠀ-一가-퟿&&\\S]+", DIGIT), "deepseek-coder");
        add(of(cased(UPPER, LOWER, CONTRACTION + "?", DIGITS_3)), "gpt-4o", "llama4", "kanana2", "talkie",
                "minimax-m2");
        add(new PreTokenizer(compile(cased(UPPER, LOWER, "", DIGIT)), true, true), "tekken");
        add(new PreTokenizer(compile(cased(UPPER_OR_MARK, LOWER_OR_MARK, CONTRACTION + "?", DIGITS_3)), true, false),
                "granite-embed-multi-97m");
        add(new PreTokenizer(compile(DIGITS_3,
                anyOf(CONTRACTION, WORD, "\\p{N}+", SYMBOLS, LINE_ENDS, SPACES)), true, false), "minicpm5");
        add(of(anyOf("'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])", WORD, DIGIT, SYMBOLS, "\\s*[\\r\\n]", SPACES)),
                "bailingmoe", "bailingmoe2", "llada-moe");
        add(of(anyOf(CONTRACTION, WORD, DIGIT, " ?[^\\s\\p{L}\\p{N}\\r\\n]+", LINE_ENDS, SPACES)), "seed-coder");
        add(of(" ?[^(\\s|.,!?…。，、।۔،)]+"), "poro-chat", "bloom", "gpt3-finnish");
        add(of(" ?[^(\\s|.,!?…。，、।۔،)]+", DIGIT), "viking");
        add(new PreTokenizer(compile("<sentinel:[0-9]+>", "IMGIMG[A-I]{1,4}Z", "[\\t\\n]|    |  ", DIGIT,
                "[\\p{P}!-/:-@\\[-`{-~]", GPT2), false, true), "chameleon");
    }

    private PreTokenizers() {}

    /// The pre-tokenizer of this name, or null.
    static @Nullable PreTokenizer find(String name) {
        return BY_NAME.get(name);
    }

    /// All names in alphabetical order.
    static Set<String> names() {
        return new TreeSet<>(BY_NAME.keySet());
    }

    private static String anyOf(String... alternatives) {
        return String.join("|", alternatives);
    }

    /// Words that end where lower case turns into upper case.
    private static String cased(String upper, String lower, String suffix, String digits) {
        String before = "[^\\r\\n\\p{L}\\p{N}]?";
        return anyOf(before + upper + "*" + lower + "+" + suffix, before + upper + "+" + lower + "*" + suffix, digits,
                SYMBOLS_SLASH, LINE_ENDS, SPACES);
    }

    private static void add(PreTokenizer preTokenizer, String... names) {
        for (String name : names) {
            BY_NAME.put(name, preTokenizer);
        }
    }

    private static PreTokenizer of(String... patterns) {
        return new PreTokenizer(compile(patterns), false, false);
    }

    private static List<Pattern> compile(String... patterns) {
        return Stream.of(patterns)
                .map(pattern -> Pattern.compile(
                        pattern.replace("\\s", "\\p{IsWhite_Space}").replace("\\S", "\\P{IsWhite_Space}")))
                .toList();
    }
}
