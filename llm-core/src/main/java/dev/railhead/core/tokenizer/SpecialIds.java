package dev.railhead.core.tokenizer;

import dev.railhead.ModelFormatException;
import dev.railhead.spi.Metadata;
import java.util.BitSet;

/// The ids of the tokens that have a role. An id is −1 where the model has none.
///
/// @param bos begins a text
/// @param eos ends a text
/// @param unknown stands for what can't be encoded
/// @param addBos whether an encoded text begins with bos
/// @param addEos whether an encoded text ends with eos
/// @param endOfGeneration tokens that end a generation
record SpecialIds(int bos, int eos, int unknown, boolean addBos, boolean addEos, BitSet endOfGeneration) {
    private static final String ADD_BOS = "tokenizer.ggml.add_bos_token";
    private static final String ADD_EOS = "tokenizer.ggml.add_eos_token";

    /// What a file of some algorithm means when it says nothing. A default that lies beyond the vocabulary is no token.
    record Defaults(int bos, int eos, int unknown, boolean addBos) {}

    /// Reads the ids and corrects the vocabulary's types by the roles found.
    ///
    /// @throws ModelFormatException if the file names an id beyond the vocabulary, or wants a token added that it
    ///     doesn't name
    static SpecialIds read(Metadata metadata, Vocabulary vocabulary, Defaults defaults) {
        int size = vocabulary.size();
        int bos = id(metadata, "bos", defaults.bos, size);
        int eos = id(metadata, "eos", defaults.eos, size);
        int unknown = id(metadata, "unknown", defaults.unknown, size);
        BitSet ends = SpecialTexts.resolve(vocabulary,
                role -> role.equals("eos") ? eos : id(metadata, role, -1, size));
        boolean addBos = metadata.bool(ADD_BOS, defaults.addBos);
        boolean addEos = metadata.bool(ADD_EOS, false);
        if (addBos && bos < 0) {
            throw metadata.error(ADD_BOS, "false, or a " + key("bos"), "true without one");
        }
        if (addEos && eos < 0) {
            throw metadata.error(ADD_EOS, "false, or a " + key("eos"), "true without one");
        }
        return new SpecialIds(bos, eos, unknown, addBos, addEos, ends);
    }

    private static String key(String role) {
        return "tokenizer.ggml." + role + "_token_id";
    }

    private static int id(Metadata metadata, String role, int defaultId, int size) {
        if (metadata.has(key(role))) {
            return metadata.integer(key(role), 0, size - 1);
        }
        return defaultId < size ? defaultId : -1;
    }
}
