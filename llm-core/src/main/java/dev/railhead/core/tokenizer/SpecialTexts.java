package dev.railhead.core.tokenizer;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/// Tokens whose role is known by their text alone, because files often give them a wrong type or no key. The lists are
/// llama.cpp's.
final class SpecialTexts {
    private static final List<String> END_OF_GENERATION = List.of("<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>",
            "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>", "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>",
            "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>", "<end_of_utterance>", "<eos>", "<turn|>",
            "<|tool_response>", "<｜end▁of▁sentence｜>", "[e~[");

    /// Fill-in-the-middle tokens that end a generation, by role; the first text that is a token has the role.
    private static final Map<String, List<String>> FIM_ENDS = Map.of("fim_pad",
            List.of("<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"), "fim_rep",
            List.of("<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"), "fim_sep",
            List.of("<|file_sep|>"));

    private static final Map<String, List<String>> FIM_PARTS = Map.of("fim_pre",
            List.of("<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>",
                    "<|code_prefix|>", "<|prefix|>"),
            "fim_suf",
            List.of("<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>",
                    "<|code_suffix|>", "<|suffix|>"),
            "fim_mid", List.of("<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>",
                    "<|code_middle|>", "<|middle|>"));

    /// What the keys of these roles were called in the time of CodeLlama.
    private static final Map<String, String> FIM_OLDER_KEYS = Map.of("fim_pre", "prefix", "fim_suf", "suffix",
            "fim_mid",
            "middle");

    /// Control tokens of the harmony format that a reader of the raw text wants to see.
    private static final List<String> RENDERED = List.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>");

    private SpecialTexts() {}

    /// Finds the tokens that end a generation, and corrects the types of tokens that are known by their text.
    ///
    /// @param vocabulary its types are corrected
    /// @param idOfKey the id that the file gives for a role (`eos`, `fim_pad`, …), or −1
    static BitSet resolve(Vocabulary vocabulary, ToIntFunction<String> idOfKey) {
        BitSet ends = new BitSet();
        FIM_PARTS.forEach((role, texts) -> roleToken(vocabulary, idOfKey, role, texts));
        FIM_ENDS.forEach((role, texts) -> mark(ends, roleToken(vocabulary, idOfKey, role, texts)));
        for (String text : END_OF_GENERATION) {
            mark(ends, control(vocabulary, text));
        }
        for (String text : RENDERED) {
            int id = vocabulary.find(text);
            if (id >= 0) {
                vocabulary.setType(id, TokenType.USER_DEFINED);
            }
        }
        for (String role : List.of("eos", "eot", "eom")) {
            mark(ends, idOfKey.applyAsInt(role));
        }
        boolean harmony = ends(vocabulary, ends, "<|return|>") && ends(vocabulary, ends, "<|call|>", "<|calls|>");
        boolean solar = ends(vocabulary, ends, "<|flush|>") && ends(vocabulary, ends, "<|call|>", "<|calls|>");
        if (harmony || solar) {
            exempt(vocabulary, ends, "<|end|>", TokenType.USER_DEFINED);
        }
        if (ends(vocabulary, ends, "<|tool_response>")) {
            exempt(vocabulary, ends, "</s>", TokenType.NORMAL);
        }
        return ends;
    }

    private static int roleToken(Vocabulary vocabulary, ToIntFunction<String> idOfKey, String role,
            List<String> texts) {
        String older = FIM_OLDER_KEYS.get(role);
        int id = older == null ? -1 : idOfKey.applyAsInt(older);
        id = id < 0 ? idOfKey.applyAsInt(role) : id;
        for (int i = 0; i < texts.size() && id < 0; i++) {
            id = control(vocabulary, texts.get(i));
        }
        return id;
    }

    private static int control(Vocabulary vocabulary, String text) {
        int id = vocabulary.find(text);
        if (id >= 0) {
            vocabulary.setType(id, TokenType.CONTROL);
        }
        return id;
    }

    private static void mark(BitSet ends, int id) {
        if (id >= 0) {
            ends.set(id);
        }
    }

    private static boolean ends(Vocabulary vocabulary, BitSet ends, String... texts) {
        for (String text : texts) {
            int id = vocabulary.find(text);
            if (id >= 0 && ends.get(id)) {
                return true;
            }
        }
        return false;
    }

    private static void exempt(Vocabulary vocabulary, BitSet ends, String text, TokenType type) {
        int id = vocabulary.find(text);
        if (id >= 0 && ends.get(id)) {
            ends.clear(id);
            vocabulary.setType(id, type);
        }
    }
}
