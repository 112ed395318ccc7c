package dev.railhead.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.InsufficientMemoryException;
import dev.railhead.Model;
import dev.railhead.ModelFormatException;
import dev.railhead.ModelOptions;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.ValueType;
import dev.railhead.gguf.testing.Resources;
import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.spi.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Hyperparameters that are missing, of another type or out of range are refused by name.
@Timeout(10)
class BadHyperparametersTest {
    private static final List<String> REQUIRED = List.of("context_length", "embedding_length", "block_count",
            "feed_forward_length", "attention.head_count");

    private static final List<String> PER_LAYER = List.of("feed_forward_length", "attention.head_count",
            "attention.head_count_kv");

    @TempDir
    private Path folder;

    private static Damage integer(String name, long value, String expected) {
        return Damage.key(name, w -> w.put("llama." + name, ValueType.INT64, value), expected, Long.toString(value));
    }

    private static Damage number(String name, float value, String expected) {
        return Damage.key(name, w -> w.put("llama." + name, value), expected, Double.toString(value));
    }

    static Stream<Damage> ofAnyKind() {
        Stream<Damage> required = REQUIRED.stream().flatMap(name -> Stream.of(
                Damage.key(name, w -> w.remove("llama." + name), "an integer", "no such key"),
                Damage.key(name, w -> w.put("llama." + name, "64"), "an integer", "the string \"64\""),
                Damage.key(name, w -> w.put("llama." + name, 64f), "an integer", "the float 64.0"),
                integer(name, 0, range(name)), integer(name, -1, range(name)),
                integer(name, 0xFFFF_FFFFL, range(name)), integer(name, Long.MIN_VALUE, range(name))));
        Stream<Damage> perLayer = PER_LAYER.stream().flatMap(name -> Stream.of(
                Damage.key(name, layers(name, 4), "an array of 2 integers", "1 integers"),
                Damage.key(name, layers(name, 4, 4, 4), "an array of 2 integers", "3 integers"),
                Damage.key(name, layers(name), "an array of 2 integers", "0 integers"),
                Damage.key(name, layers(name, 4, 0), "integers from 1 to", "0"),
                Damage.key(name, w -> w.putArray("llama." + name, ValueType.FLOAT32, new double[]{4, 4}), "an integer",
                        "an array of 2 floats")));
        return Stream.concat(required, perLayer);
    }

    private static String range(String name) {
        return (PER_LAYER.contains(name) ? "integers" : "an integer") + " from 1 to";
    }

    private static Consumer<GgufWriter> layers(String name, long... values) {
        return w -> w.putArray("llama." + name, ValueType.UINT32, values);
    }

    static final List<Damage> OF_ITS_OWN_KIND = List.of(
            integer("block_count", 513, "an integer from 1 to 512"),
            Damage.key("block_count", layers("block_count", 2, 2), "an integer", "an array of 2 integers"),
            integer("attention.head_count_kv", 0, "integers from 1 to"),
            integer("attention.head_count_kv", 3, "a divisor of the head count 4"),
            integer("attention.head_count_kv", 8, "a divisor of the head count 4"),
            integer("attention.head_count_kv", -2, "integers from 1 to"),
            Damage.key("attention.head_count_kv", layers("attention.head_count_kv", 2, 3),
                    "a divisor of the head count 4", "3"),
            Damage.key("attention.head_count", w -> w.put("llama.attention.head_count", 64),
                    "at most the embedding length 32", "64"),
            integer("attention.key_length", 0, "an integer from 1 to"),
            integer("attention.value_length", -8, "an integer from 1 to"),
            integer("rope.dimension_count", 7, "an even number"),
            integer("rope.dimension_count", 0, "an integer from 2 to 8"),
            integer("rope.dimension_count", 10, "an integer from 2 to 8"),
            integer("rope.dimension_count", 0xFFFF_FFFFL, "an integer from 2 to 8"),
            number("rope.freq_base", 0, "a positive number"), number("rope.freq_base", -1, "a positive number"),
            number("rope.freq_base", Float.NaN, "a positive number"),
            number("rope.freq_base", Float.POSITIVE_INFINITY, "a positive number"),
            Damage.key("rope.freq_base", w -> w.put("llama.rope.freq_base", "10000"), "a number",
                    "the string \"10000\""),
            Damage.key("rope.scaling.type", scaling("ntk", 2), "none, linear, yarn or longrope", "'ntk'"),
            Damage.key("rope.scaling.type", w -> w.put("llama.rope.scaling.type", 1), "a string", "the integer 1"),
            number("rope.scaling.attn_factor", 0, "a positive number"),
            number("rope.scaling.attn_factor", Float.NaN, "a positive number"),
            number("rope.scale_linear", Float.NaN, "a number of 0 or more"),
            Damage.key("rope.scaling.original_context_length", scaling("yarn", 2)
                    .andThen(w -> w.put("llama.rope.scaling.original_context_length", ValueType.INT64, -1L)),
                    "an integer from 0 to",
                    "-1"),
            Damage.key("rope.freq_base", scaling("yarn", 2).andThen(w -> w.put("llama.rope.freq_base", 1f)),
                    "a number above 1", "1.0"),
            number("attention.layer_norm_rms_epsilon", -1e-6f, "a number from 0 to 1"),
            number("attention.layer_norm_rms_epsilon", Float.NaN, "a number from 0 to 1"),
            number("attention.layer_norm_rms_epsilon", Float.POSITIVE_INFINITY, "a number from 0 to 1"),
            Damage.key("attention.layer_norm_rms_epsilon", w -> w.remove("llama.attention.layer_norm_rms_epsilon"),
                    "a number", "no such key"),
            integer("vocab_size", TinyLlama.VOCABULARY - 1, "286"), integer("vocab_size", 0, "286"),
            integer("vocab_size", 0xFFFF_FFFFL, "286"),
            Damage.key("vocab_size", w -> w.put("llama.vocab_size", "286"), "an integer", "the string \"286\""),
            Damage.key("expert_count", w -> w.put("llama.expert_count", 1.5f), "an integer", "the float 1.5"),
            integer("expert_count", -1, "an integer from 0 to"),
            Damage.key("expert_used_count", w -> w.put("llama.expert_count", 8), "an integer", "no such key"),
            Damage.key("expert_used_count",
                    w -> w.put("llama.expert_count", 8).put("llama.expert_used_count", 9), "an integer from 1 to 8",
                    "9"),
            Damage.key("expert_used_count", w -> w.put("llama.expert_count", 8).putArray("llama.expert_used_count",
                    ValueType.UINT32, new long[]{2, 3}), "the same number for every layer", "[2, 3]"),
            Damage.key("expert_group_count", groups(3, 1, 2), "a divisor of the expert count 8", "3"),
            Damage.key("expert_group_count", groups(16, 1, 2), "a divisor of the expert count 8", "16"),
            Damage.key("expert_group_used_count", groups(4, 0, 2), "an integer from 1 to 4", "0"),
            Damage.key("expert_group_used_count", groups(4, 5, 2), "an integer from 1 to 4", "5"),
            Damage.key("expert_group_used_count", groups(4, 1, 3), "groups with at least 3 experts", "1 with 2"),
            Damage.unsupported("general.architecture", w -> w.put("general.architecture", "mamba3"), "one of [llama, ",
                    "'mamba3'"));

    static Stream<Damage> factors() {
        return Stream.of("linear", "yarn", "longrope").flatMap(type -> Stream
                .of(-2f, Float.NaN, Float.POSITIVE_INFINITY).map(factor -> Damage.key("rope.scaling.factor",
                        scaling(type, factor), "a number of 0 or more", Double.toString(factor))));
    }

    private static Consumer<GgufWriter> groups(int count, int used, int experts) {
        return w -> w.put("llama.expert_count", 8).put("llama.expert_used_count", experts)
                .put("llama.expert_group_count", count).put("llama.expert_group_used_count", used);
    }

    private static Consumer<GgufWriter> scaling(String type, float factor) {
        return w -> w.put("llama.rope.scaling.type", type).put("llama.rope.scaling.factor", factor);
    }

    @ParameterizedTest
    @MethodSource({"ofAnyKind", "factors"})
    @FieldSource("OF_ITS_OWN_KIND")
    void isRefusedByName(Damage damage) throws IOException {
        damage.assertRefused(folder);
    }

    @Test
    void headsOfOddLengthCantBeRotated() {
        var metadata = new Metadata("bad.gguf",
                Map.of("general.architecture", "llama", "llama.attention.key_length", 7L),
                key -> -1);
        assertThatThrownBy(() -> Rope.pairs(new Hyperparameters(metadata))).isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll("key 'llama.rope.dimension_count' of bad.gguf", "expected an even number",
                        "found the head length 7");
    }

    @Test
    void withoutAnArchitecture() throws IOException {
        for (Consumer<GgufWriter> how : List.<Consumer<GgufWriter>>of(w -> w.remove("general.architecture"),
                w -> w.put("general.architecture", 7))) {
            new Damage("architecture", how, ModelFormatException.class,
                    List.of("key 'general.architecture' of bad.gguf", "expected a string")).assertRefused(folder);
        }
    }

    @Test
    void widthsWhoseProductsWrapAreRefused() throws IOException {
        long heads = 1 << 16;
        long length = 1 << 20;
        Path file = write(w -> w.put("llama.attention.head_count", heads).put("llama.attention.head_count_kv", heads)
                .put("llama.attention.key_length", length).put("llama.attention.value_length", length)
                .put("llama.context_length", 1 << 28));
        assertThatThrownBy(() -> Model.load(file)).isInstanceOfAny(ModelFormatException.class,
                InsufficientMemoryException.class).hasMessageContaining("huge.gguf");
        Resources.assertNoneOf(folder);
    }

    private Path write(Consumer<GgufWriter> how) throws IOException {
        GgufWriter writer = TinyLlama.defaults().writer();
        how.accept(writer);
        return Files.write(folder.resolve("huge.gguf"), writer.toByteArray());
    }

    @Test
    void aHugeContextTakesNoMemoryUntilItIsUsed() throws IOException {
        int length = 1 << 28;
        Path file = write(w -> w.put("llama.context_length", length));
        long budget = 4 << 20;
        ModelOptions small = ModelOptions.defaults().withMemoryBudget(budget);
        try (Model model = Model.load(file, small)) {
            assertThat(model.contextLength()).isBetween(64, length / 64);
            assertThat(Model.estimate(file, small.withContextLength(model.contextLength())).total(1))
                    .isLessThanOrEqualTo(budget);
        }
        assertThatThrownBy(() -> Model.load(file, small.withContextLength(length)))
                .isExactlyInstanceOf(InsufficientMemoryException.class)
                .hasMessageContainingAll("huge.gguf", "at most " + budget + " bytes",
                        "KV cache of " + length + " positions", "shorter context");
        assertThatThrownBy(() -> Model.load(file, small.withMemoryBudget(1)))
                .isExactlyInstanceOf(InsufficientMemoryException.class).hasMessageContaining("at most 1 bytes");
        Resources.assertNoneOf(folder);
        Damage.assertLoads(file);
    }

    @Test
    void optionalKeysMayBeMissing() throws IOException {
        Damage.assertLoads(write(w -> List.of("llama.vocab_size", "llama.rope.dimension_count", "general.name")
                .forEach(w::remove)));
    }
}
