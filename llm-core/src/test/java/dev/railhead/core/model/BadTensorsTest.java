package dev.railhead.core.model;

import dev.railhead.UnsupportedModelException;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.ValueType;
import dev.railhead.gguf.block.BlockType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Tensors that are missing, of another shape, or hold numbers that a vector can't, are refused by name; what is merely
/// more than needed is accepted.
@Timeout(10)
class BadTensorsTest {
    private static final BlockType F32 = WeightTypes.byName("F32");

    @TempDir
    private Path folder;

    private static Consumer<GgufWriter> ones(String name, BlockType type, long... shape) {
        return w -> w.tensorRows(name, type, shape, (row, out) -> Arrays.fill(out, 1));
    }

    private static Damage shaped(String name, String expected, long... shape) {
        return Damage.tensor(name, ones(name, F32, shape), "shape " + expected, Arrays.toString(shape));
    }

    /// A vector with one bad value.
    private static Damage valued(String name, int length, float value, String expected) {
        return Damage.tensor(name, w -> w.tensorRows(name, F32, new long[]{length}, (row, out) -> {
            Arrays.fill(out, 1);
            out[length - 1] = value;
        }), expected, value + " at index " + (length - 1));
    }

    static Stream<Damage> missing() {
        return Stream.of("token_embd.weight", "blk.0.attn_norm.weight", "blk.0.attn_q.weight", "blk.1.attn_k.weight",
                "blk.1.attn_v.weight", "blk.1.attn_output.weight", "blk.1.ffn_norm.weight", "blk.0.ffn_gate.weight",
                "blk.0.ffn_up.weight", "blk.1.ffn_down.weight", "output_norm.weight")
                .map(name -> Damage.tensor(name, w -> w.removeTensor(name), "shape [", "no such tensor"));
    }

    static Stream<Damage> notFinite() {
        return Stream.of("blk.0.attn_norm.weight", "blk.1.ffn_norm.weight", "output_norm.weight",
                "blk.0.attn_q.bias", "blk.1.ffn_down.bias").flatMap(
                        name -> Stream
                                .of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)
                                .map(value -> valued(name, 32, value, "finite values")));
    }

    static final List<Damage> SHAPES = List.of(
            shaped("token_embd.weight", "[32, 286]", 32, 285), shaped("token_embd.weight", "[32, 286]", 286, 32),
            shaped("token_embd.weight", "[32, 286]", 32, 143, 2), shaped("output.weight", "[32, 286]", 32, 287),
            shaped("output.weight", "[32, 286]", 64, 286), shaped("output_norm.weight", "[32]", 33),
            shaped("blk.0.attn_norm.weight", "[32]", 1, 32), shaped("blk.1.ffn_norm.weight", "[32]", 31),
            shaped("blk.1.attn_q.weight", "[32, 32]", 32, 24), shaped("blk.1.attn_q.weight", "[32, 32]", 1024),
            shaped("blk.0.attn_k.weight", "[32, 16]", 32, 32), shaped("blk.0.attn_v.weight", "[32, 16]", 16, 32),
            shaped("blk.0.attn_output.weight", "[32, 32]", 32, 16),
            shaped("blk.0.ffn_gate.weight", "[32, 64]", 64, 32), shaped("blk.0.ffn_up.weight", "[32, 64]", 32, 65),
            shaped("blk.1.ffn_down.weight", "[64, 32]", 32, 64), shaped("blk.1.attn_qkv.weight", "[32, 64]", 32, 60),
            Damage.tensor("blk.1.attn_qkv.bias", ones("blk.1.attn_qkv.weight", F32, 32, 64)
                    .andThen(ones("blk.1.attn_qkv.bias", F32, 60)), "shape [64]", "[60]"),
            shaped("blk.1.attn_k.bias", "[16]", 32),
            shaped("blk.0.ffn_gate.bias", "[64]", 32), shaped("rope_freqs.weight", "[4]", 8),
            Damage.tensor("blk.2.attn_q.weight", w -> w.put("llama.block_count", 3), "shape [32, 32]",
                    "no such tensor"),
            Damage.tensor("token_embd.weight", w -> w.put("llama.embedding_length", 64), "shape [64, 286]",
                    "[32, 286]"),
            valued("rope_freqs.weight", 4, Float.NaN, "finite values"),
            valued("rope_freqs.weight", 4, 0, "positive factors"),
            valued("rope_freqs.weight", 4, -1, "positive factors"));

    /// A tensor of a layer that would have to change what the layer gives.
    static Stream<Damage> unknownToTheFamily() {
        return Stream.of("blk.0.attn_q_norm.weight", "blk.1.attn_sinks.weight", "blk.1.post_attention_norm.weight",
                "blk.0.ffn_gate_inp.weight", "blk.1.attn_norm.bias")
                .map(name -> new Damage(name, ones(name, F32, 32), UnsupportedModelException.class,
                        List.of("tensor '" + name + "' of bad.gguf", "'llama' computes with", "of another family")));
    }

    @ParameterizedTest
    @MethodSource({"missing", "notFinite", "unknownToTheFamily"})
    @FieldSource("SHAPES")
    void isRefusedByName(Damage damage) throws IOException {
        damage.assertRefused(folder);
    }

    private void accepted(Consumer<GgufWriter> how) throws IOException {
        GgufWriter writer = TinyLlama.defaults().writer();
        how.accept(writer);
        Damage.assertLoads(Files.write(folder.resolve("odd.gguf"), writer.toByteArray()));
    }

    @Test
    void moreThanNeededIsAccepted() throws IOException {
        accepted(ones("blk.0.attn_rot_embd", F32, 8).andThen(ones("blk.7.attn_q_norm.weight", F32, 5, 5))
                .andThen(ones("blk.0.odd.weight", F32, 5)).andThen(ones("blk.odd.attn_norm.bias", F32, 5))
                .andThen(ones("blk.0.attn_q.input_scale", F32, 1)).andThen(ones("attn_q_norm.weight", F32, 5))
                .andThen(ones("v.patch_embd.weight", WeightTypes.byName("Q4_0"), 32, 3, 2, 2))
                .andThen(w -> w.put("llama.unheard_of", true).putArray("odd", ValueType.STRING, new String[]{"a"})));
    }

    @Test
    void trailingOnesAndOtherTypesAreAccepted() throws IOException {
        accepted(ones("blk.0.attn_norm.weight", F32, 32, 1, 1).andThen(ones("blk.0.attn_q.weight", F32, 32, 32, 1))
                .andThen(ones("output_norm.weight", WeightTypes.byName("F16"), 32))
                .andThen(ones("blk.1.ffn_norm.weight", WeightTypes.byName("Q8_0"), 32)));
    }

    @Test
    void aModelWithoutOutputMatrixUsesItsEmbedding() throws IOException {
        accepted(w -> w.removeTensor("output.weight"));
    }
}
