package dev.railhead.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.railhead.ModelFormatException;
import dev.railhead.gguf.testing.TinyLlama;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What keys and tensors mean that few files have: each model must give the bits of one that says the same by usual means, or
/// leaves it out. Factors are powers of two, so that nothing is rounded.
class FamilyOptionsTest {
    private static void assertSame(TinyFamily model, TinyFamily usual) {
        assertThat(model.logits()).containsExactly(usual.logits());
    }

    private static void assertDiffers(TinyFamily model, TinyFamily other) {
        assertThat(model.logits()).isNotEqualTo(other.logits());
    }

    private static void assertMissing(TinyFamily model, String tensor) {
        assertThatThrownBy(model::logits).isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll("tensor '", tensor, "found no such tensor");
    }

    @Test
    void llamaHasNoScaleNoWindowAndItsOwnYarn() {
        TinyFamily yarn = TinyFamily.of("llama").key("rope.scaling.type", "yarn").key("rope.scaling.factor", 4f);
        assertDiffers(yarn, TinyFamily.of("llama"));
        assertSame(TinyFamily.of("llama").key("rope.scaling.type", "yarn").key("rope.scaling.factor", 4f)
                .key("attention.scale", 3f).key("attention.sliding_window", 2)
                .key("rope.scaling.finetuned", false).key("rope.scaling.yarn_log_multiplier", 1f)
                .key("rope.scaling.yarn_beta_fast", 2f), yarn);
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral3", "qwen3moe", "granitemoe"})
    void expertsOfTheseFamiliesHaveFixedRules(String family) {
        assertSame(experts(family).key("expert_weights_scale", 3f).key("expert_weights_norm", false)
                .key("expert_gating_func", 2), experts(family));
    }

    private static TinyFamily experts(String family) {
        TinyFamily model = TinyFamily.of(family).experts(4, 2, 32);
        return family.equals("qwen3moe") ? model.headNorms(1) : model.key("feed_forward_length", 32);
    }

    @Test
    void expertsOfQwenShareOutTheLengthThatTheFileHas() {
        assertSame(experts("qwen3moe"), experts("qwen3moe").key("expert_feed_forward_length", 32));
        assertSame(experts("qwen3moe").key("expert_feed_forward_length", 0), experts("qwen3moe"));
    }

    /// Without a gate an expert is down · silu(up · x), so one whose gate is `up` and whose up is 1.
    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral3", "granite", "granitemoe"})
    void expertsMayHaveNoGate(String family) {
        TinyFamily without = experts(family);
        TinyFamily with = experts(family);
        for (String layer : List.of("blk.0.", "blk.1.")) {
            without.without(layer + "ffn_gate_exps.weight").tensor(layer + "ffn_up_exps.weight", 0.1f, 0, 32, 32, 4);
            with.tensor(layer + "ffn_gate_exps.weight", 0.1f, 0, 32, 32, 4)
                    .tensor(layer + "ffn_up_exps.weight", 0, 0, 32, 32, 4)
                    .tensor(layer + "ffn_up_exps.bias", 1, 0, 32, 4);
        }
        assertSame(without, with);
        assertDiffers(without, experts(family));
    }

    @Test
    void expertsOfQwenHaveAGate() {
        assertMissing(experts("qwen3moe").without("blk.0.ffn_gate_exps.weight"), "blk.0.ffn_gate_exps.weight");
    }

    @Test
    void qwen2WithExpertsSharesNoEmbeddings() {
        assertMissing(qwen2Moe().without("output.weight"), "output.weight");
    }

    private static TinyFamily qwen2Moe() {
        long width = TinyFamily.WIDTH;
        return TinyFamily.of("qwen2moe").experts(4, 2, 32).matrix("ffn_gate_inp_shexp.weight", 1, width)
                .matrix("ffn_gate_shexp.weight", 1, width, 48).matrix("ffn_up_shexp.weight", 1, width, 48)
                .matrix("ffn_down_shexp.weight", 1, 48, width).key("expert_feed_forward_length", 32)
                .key("expert_shared_feed_forward_length", 48);
    }

    @Test
    void theSharedExpertOfQwen2NeedsNoOtherLength() {
        TinyFamily model = qwen2Moe();
        float[] expected = model.logits();
        assertThat(model.key("feed_forward_length", 0).logits()).containsExactly(expected);
    }

    @Test
    void headsAreAsLongAsTheWidthAllows() {
        TinyFamily model = TinyFamily.of("llama").key("attention.head_count", 5).key("attention.head_count_kv", 1)
                .key("rope.dimension_count", 6).matrix("attn_q.weight", 1, 32, 30).matrix("attn_k.weight", 1, 32, 6)
                .matrix("attn_v.weight", 1, 32, 6).matrix("attn_output.weight", 1, 30, 32);
        float[] rounded = model.logits();
        assertThat(model.key("attention.key_length", 6).key("attention.value_length", 6).logits())
                .containsExactly(rounded);
    }

    @Test
    void longFactorsAndAFactorMultiply() {
        long pairs = TinyFamily.HEAD / 2;
        TinyFamily both = TinyFamily.of("llama").key("rope.scaling.type", "longrope").key("rope.scaling.factor", 4f)
                .key("rope.scaling.original_context_length", 64).tensor("rope_factors_long.weight", 2, 0, pairs)
                .tensor("rope_factors_short.weight", 1, 0, pairs);
        assertSame(both, TinyFamily.of("llama").tensor("rope_freqs.weight", 8, 0, pairs));
    }

    @Test
    void aContextIsRoundedUpBeforeFactorsAreChosen() {
        long pairs = TinyFamily.HEAD / 2;
        TinyFamily model = TinyFamily.of("phi3").key("rope.scaling.original_context_length", 200)
                .tensor("rope_factors_long.weight", 4, 0, pairs).tensor("rope_factors_short.weight", 1, 0, pairs);
        assertThat(model.logits(100)).containsExactly(model.logits(512));
        assertThat(model.key("rope.scaling.original_context_length", 256).logits(256))
                .containsExactly(TinyFamily.of("phi3").logits()).isNotEqualTo(model.logits(257));
    }

    @Test
    void aFactorOfZeroIsNone() {
        assertSame(TinyFamily.of("llama").key("rope.scaling.factor", 0f).key("rope.scale_linear", 3f),
                TinyFamily.of("llama"));
    }

    @Test
    void aFactorBesideAMatrixMultipliesItsProduct() {
        long width = TinyFamily.WIDTH;
        long length = TinyFamily.FEED_FORWARD;
        assertSame(
                TinyFamily.of("llama").matrix("ffn_up.weight", 1, width, length).tensor("blk.0.ffn_up.scale", 2, 0, 1)
                        .tensor("blk.1.ffn_up.scale", 2, 0, 1),
                TinyFamily.of("llama").matrix("ffn_up.weight", 2, width, length));
        assertSame(experts("llama").tensor("blk.0.ffn_gate_exps.scale", 4, 0, 4)
                .tensor("blk.1.ffn_gate_exps.scale", 4, 0, 4),
                experts("llama").matrix("ffn_gate_exps.weight", 4, width, 32, 4));
    }

    @Test
    void fusedProjectionsMayHaveBiasesOfTheirParts() {
        long width = TinyFamily.WIDTH;
        TinyFamily whole = TinyFamily.of("llama").matrix("attn_qkv.weight", 1, width, 64);
        TinyFamily parts = TinyFamily.of("llama").matrix("attn_qkv.weight", 1, width, 64);
        for (String layer : List.of("blk.0.", "blk.1.")) {
            whole.tensor(layer + "attn_qkv.bias", 2, 0, 64);
            parts.tensor(layer + "attn_q.bias", 2, 0, width).tensor(layer + "attn_k.bias", 2, 0, 16)
                    .tensor(layer + "attn_v.bias", 2, 0, 16);
        }
        assertSame(parts, whole);
        assertDiffers(parts, TinyFamily.of("llama").matrix("attn_qkv.weight", 1, width, 64));
    }

    @Test
    void aTiedOutputMayHaveABias() {
        float[] with = TinyFamily.of("qwen2").without("output.weight").tensor("output.bias", 3, 0, TinyLlama.VOCABULARY)
                .logits();
        float[] without = TinyFamily.of("qwen2").without("output.weight").logits();
        for (int i = 0; i < with.length; i++) {
            assertThat(with[i]).isCloseTo(without[i] + 3, within(1e-5f));
        }
    }

    @Test
    void scalesOfGraniteThatAreZeroAreNone() {
        assertSame(TinyFamily.of("granite").key("embedding_scale", 0f).key("residual_scale", 0f)
                .key("attention.scale", 0f), TinyFamily.of("granite"));
        assertDiffers(TinyFamily.of("granite").key("attention.scale", 1f), TinyFamily.of("granite"));
    }

    @Test
    void graniteMustSayHowItsLogitsAreScaled() {
        assertThatThrownBy(TinyFamily.of("granite").withoutKey("logit_scale")::logits)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll("key 'granite.logit_scale' of granite", "a number", "found no such key");
    }

    @Test
    void graniteWithExpertsAlwaysHasPositions() {
        assertDiffers(TinyFamily.of("granite").key("rope.scaling.finetuned", false), TinyFamily.of("granite"));
        assertSame(TinyFamily.of("granitemoe").key("rope.scaling.finetuned", false), TinyFamily.of("granitemoe"));
    }

    private static TinyFamily gemma2() {
        return TinyFamily.of("gemma2").gemmaNorms().key("attention.sliding_window", 5);
    }

    @Test
    void aPeriodOfZeroGivesEveryLayerAWindow() {
        assertSame(gemma2().key("attention.sliding_window_pattern", 0),
                gemma2().key("attention.sliding_window_pattern", true, true));
        assertDiffers(gemma2().key("attention.sliding_window_pattern", 0), gemma2());
    }

    @Test
    void layersOfGemma2WithAWindowMayHaveABaseOfTheirOwn() {
        assertSame(gemma2().key("attention.sliding_window_pattern", 0).key("rope.freq_base_swa", 100f)
                .key("rope.scaling.factor", 2f),
                gemma2().key("attention.sliding_window_pattern", 0).key("rope.freq_base", 100f)
                        .key("rope.scaling.factor", 2f));
        assertDiffers(gemma2().key("rope.freq_base_swa", 100f), gemma2().key("rope.freq_base", 100f));
    }

    private static TinyFamily gemma3(float ofQueries) {
        return TinyFamily.of("gemma3").gemmaNorms().headNorms(ofQueries).key("attention.sliding_window", 5)
                .key("rope.scaling.factor", 8f).key("attention.sliding_window_pattern", 0);
    }

    @Test
    void scoresOfGemma3AreNeverCapped() {
        assertSame(gemma3(1).key("attn_logit_softcapping", 0.1f), gemma3(1));
    }

    @Test
    void theAttentionFactorHoldsOnLayersWithAWindowToo() {
        assertSame(gemma3(1).key("rope.scaling.attn_factor", 2f), gemma3(4));
    }

    private static TinyFamily gemma4() {
        return TinyFamily.of("gemma4").gemmaNorms().headNorms(1).key("attention.sliding_window", 5)
                .key("attention.sliding_window_pattern", true, false).tensor("rope_freqs.weight", 1, 0, 4);
    }

    @Test
    void logitsOfGemma4AreCappedUnlessTheFileSaysZero() {
        assertSame(gemma4(), gemma4().key("final_logit_softcapping", 30f));
        assertDiffers(gemma4(), gemma4().key("final_logit_softcapping", 0f));
    }

    @Test
    void layersOfGemma4RotateTheSamePairsByDefault() {
        assertSame(gemma4().key("rope.dimension_count", 4), gemma4().key("rope.dimension_count", 4)
                .key("rope.dimension_count_swa", 4));
        assertDiffers(gemma4().key("rope.dimension_count", 4),
                gemma4().key("rope.dimension_count", 4).key("rope.dimension_count_swa", 8));
        assertThatThrownBy(() -> gemma4().key("rope.dimension_count_swa", 10).logits())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll("key 'gemma4.rope.dimension_count_swa'",
                        "an even number up to the head length 8", "found 10");
    }

    @Test
    void factorsOfGemma4AreForAllPairsOfAHead() {
        assertSame(gemma4().tensor("rope_freqs.weight", 2, 0, 4), gemma4().key("rope.scaling.factor", 2f));
        assertSame(gemma4().key("rope.dimension_count", 4).tensor("rope_freqs.weight", 2, 0, 4),
                gemma4().key("rope.dimension_count", 4).key("rope.scaling.factor", 2f));
        assertMissing(gemma4().without("rope_freqs.weight"), "rope_freqs.weight");
    }

    @Test
    void layersOfGemma4CantShareWhatIsNotThere() {
        for (int shared = 1; shared <= 3; shared++) {
            TinyFamily model = gemma4().key("attention.shared_kv_layers", shared);
            assertThatThrownBy(model::logits).isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("key 'gemma4.attention.shared_kv_layers'");
        }
    }

    @Test
    void aLayerOfGemma4WithoutARouterHasNoExperts() {
        TinyFamily model = gemma4().key("expert_count", 4).key("expert_used_count", 2);
        assertSame(model, gemma4());
        assertMissing(gemma4().experts(4, 2, 32).matrix("ffn_gate.weight", 1, 32, 64).matrix("ffn_up.weight", 1, 32, 64)
                .matrix("ffn_down.weight", 1, 64, 32).norm("post_ffw_norm_1.weight", 1, 32)
                .norm("pre_ffw_norm_2.weight", 1, 32).without("blk.0.ffn_gate_inp.weight"),
                "blk.0.ffn_gate_inp.weight");
    }

    @Test
    void biasesOfGptOssAreRequired() {
        assertMissing(TinyFamily.of("gpt-oss").key("attention.sliding_window", 5).experts(4, 2, 32),
                "blk.0.attn_output.bias");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-oss", "olmo2", "olmoe", "stablelm"})
    void theseFamiliesDontShareTheirEmbeddings(String family) {
        assertMissing(complete(family).without("output.weight"), "output.weight");
        assertThat(complete(family).logits()).hasSize(TinyLlama.VOCABULARY);
    }

    private static TinyFamily complete(String family) {
        TinyFamily model = TinyFamily.of(family).key("attention.layer_norm_epsilon", 1e-5f);
        return switch (family) {
            case "gpt-oss" -> gptOss(model);
            case "olmo2" -> model.gemmaNorms().norm("attn_q_norm.weight", 1, TinyFamily.WIDTH)
                    .norm("attn_k_norm.weight", 1, 2 * TinyFamily.HEAD).without("blk.0.attn_norm.weight")
                    .without("blk.1.attn_norm.weight").without("blk.0.ffn_norm.weight")
                    .without("blk.1.ffn_norm.weight");
            case "olmoe" -> model.experts(4, 2, 32).key("feed_forward_length", 32)
                    .norm("attn_q_norm.weight", 1, TinyFamily.WIDTH)
                    .norm("attn_k_norm.weight", 1, 2 * TinyFamily.HEAD);
            default -> model;
        };
    }

    /// Converters write both for OLMo 3.
    @Test
    void factorsOfYarnThatFilesGiveAreNotUsed() {
        assertSame(olmoWithYarn().key("rope.scaling.yarn_attn_factor", 3f).key("rope.scaling.yarn_ext_factor", 0f),
                olmoWithYarn());
        assertDiffers(olmoWithYarn(), complete("olmo2"));
    }

    private static TinyFamily olmoWithYarn() {
        return complete("olmo2").key("rope.scaling.type", "yarn").key("rope.scaling.factor", 8f)
                .key("rope.scaling.original_context_length", 32);
    }

    private static TinyFamily gptOss(TinyFamily model) {
        return model.key("attention.sliding_window", 5).experts(4, 2, 32).key("expert_feed_forward_length", 32)
                .norm("attn_output.bias", 1, TinyFamily.WIDTH).norm("attn_sinks.weight", 1, TinyFamily.HEADS)
                .norm("post_attention_norm.weight", 1, TinyFamily.WIDTH).without("blk.0.ffn_norm.weight")
                .without("blk.1.ffn_norm.weight").norm("ffn_gate_inp.bias", 1, 4).norm("ffn_gate_exps.bias", 1, 32, 4)
                .norm("ffn_up_exps.bias", 1, 32, 4).norm("ffn_down_exps.bias", 1, TinyFamily.WIDTH, 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-oss", "cohere2"})
    void aWindowIsRequiredWhereEveryModelHasOne(String family) {
        assertThatThrownBy(TinyFamily.of(family)::logits).isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll("key '" + family + ".attention.sliding_window'");
    }

    /// llama.cpp adds the swish of the input where there is no shared expert, the makers' code nothing.
    @Test
    void glmNeedsASharedExpert() {
        TinyFamily model = TinyFamily.of("glm4moe").experts(4, 2, 32).key("expert_feed_forward_length", 32)
                .norm("post_attention_norm.weight", 1, TinyFamily.WIDTH);
        assertThatThrownBy(model::logits).isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("key 'glm4moe.expert_shared_count'");
        assertThatThrownBy(model.key("expert_shared_count", 0)::logits).isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll("key 'glm4moe.expert_shared_count'", "expected an integer from 1", "found 0");
    }

    @Test
    void aSharedExpertOfWhichTheFileHasTheLengthIsRequired() {
        assertMissing(experts("granitemoe").key("expert_shared_feed_forward_length", 16), "_shexp.weight");
    }
}
