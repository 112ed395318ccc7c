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
/// @param closing ends an encoded text
/// @param endOfGeneration tokens that end a generation
record SpecialIds(int bos, int eos, int unknown, boolean addBos, int closing, BitSet endOfGeneration) {
    private static final String ADD_BOS = "tokenizer.ggml.add_bos_token";
    private static final String ADD_EOS = "tokenizer.ggml.add_eos_token";

    /// What a file of some algorithm means when it says nothing. A default that lies beyond the vocabulary is no token.
    record Defaults(int bos, int eos, int unknown, boolean addBos, boolean addEos) {
        Defaults(int bos, int eos, int unknown, boolean addBos) {
            this(bos, eos, unknown, addBos, false);
        }
    }

    /// Reads the ids and corrects the vocabulary's types by the roles found.
    ///
    /// @throws ModelFormatException if the file names an id beyond the vocabulary, or wants a token added that it
    ///     doesn't name
    static SpecialIds read(Metadata metadata, Vocabulary vocabulary, Defaults defaults) {
        int size = vocabulary.size();
        int bos = id(metadata, "bos", defaults.bos, size);
        int eos = id(metadata, "eos", defaults.eos, size);
        int unknown = id(metadata, "unknown", defaults.unknown, size);
        BitSet ends = endOfGeneration(metadata, vocabulary, eos);
        boolean addBos = metadata.bool(ADD_BOS, defaults.addBos);
        boolean addEos = metadata.bool(ADD_EOS, defaults.addEos);
        if (addBos && bos < 0) {
            throw metadata.error(ADD_BOS, "false, or a " + key("bos"), "true without one");
        }
        if (addEos && eos < 0) {
            throw metadata.error(ADD_EOS, "false, or a " + key("eos"), "true without one");
        }
        return new SpecialIds(bos, eos, unknown, addBos, addEos ? eos : -1, ends);
    }

    /// Finds the tokens that end a generation, and corrects the vocabulary's types by the roles found.
    static BitSet endOfGeneration(Metadata metadata, Vocabulary vocabulary, int eos) {
        return SpecialTexts.resolve(vocabulary,
                role -> role.equals("eos") ? eos : id(metadata, role, -1, vocabulary.size()));
    }

    private static String key(String role) {
        return "tokenizer.ggml." + role + "_token_id";
    }

    /// The id that the file gives for a role that an algorithm can't do without, else the default.
    ///
    /// @throws ModelFormatException if the id is beyond the vocabulary
    static int required(Metadata metadata, String role, int defaultId, int size) {
        int id = id(metadata, role, defaultId, size);
        if (id < 0) {
            throw metadata.error(key(role), "the id of a token",
                    "no such key, and the algorithm's default is beyond the " + size + " tokens");
        }
        return id;
    }

    /// The id that the file gives for a role, else the default, or −1 if that is beyond the vocabulary.
    static int id(Metadata metadata, String role, int defaultId, int size) {
        if (metadata.has(key(role))) {
            return metadata.integer(key(role), 0, size - 1);
        }
        return defaultId < size ? defaultId : -1;
    }
}
