package dev.railhead.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.GenerationOptions;
import dev.railhead.ModelFormatException;
import dev.railhead.Sampler;
import dev.railhead.SamplingDefaults;
import dev.railhead.spi.Metadata;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplerChainsTest {
    private static List<Sampler> members(GenerationOptions options) {
        return ((Chain) SamplerChains.of(options, SamplingDefaults.STANDARD, 1)).samplers();
    }

    @Test
    void defaultsInLlamaCppsOrder() {
        List<Sampler> members = members(GenerationOptions.defaults());
        assertThat(members.subList(0, 4)).containsExactly(new TopK(40), new TopP(0.95f), new MinP(0.05f),
                new Temperature(0.8f));
        assertThat(members.get(4)).isInstanceOf(RandomPick.class);
    }

    @Test
    void optionsGoBeforeDefaults() {
        assertThat(members(GenerationOptions.builder().temperature(2).topK(0).topP(0.5).minP(0.25).build())
                .subList(0, 4)).containsExactly(new TopK(0), new TopP(0.5f), new MinP(0.25f), new Temperature(2));
    }

    @Test
    void temperatureZeroIsGreedy() {
        assertThat(SamplerChains.of(GenerationOptions.greedy(), SamplingDefaults.STANDARD)).isEqualTo(new Greedy());
        assertThat(SamplerChains.of(GenerationOptions.defaults(), new SamplingDefaults(0, 40, 1, 0)))
                .isEqualTo(new Greedy());
    }

    @Test
    void theApplicationsSamplerReplacesTheChain() {
        Sampler own = candidates -> {};
        assertThat(SamplerChains.of(GenerationOptions.builder().sampler(own).temperature(0).build(),
                SamplingDefaults.STANDARD)).isSameAs(own);
    }

    @Test
    void theSeedIsTheOptionsOrAnotherEachTime() {
        assertThat(SamplerChains.seed(GenerationOptions.builder().seed(-5).build())).isEqualTo(-5);
        assertThat(SamplerChains.seed(GenerationOptions.defaults()))
                .isNotEqualTo(SamplerChains.seed(GenerationOptions.defaults()));
    }

    @Test
    void readsWhatTheFileRecommends() {
        assertThat(read(Map.of())).isEqualTo(SamplingDefaults.STANDARD);
        assertThat(read(Map.of("general.sampling.temp", 0.6, "general.sampling.top_k", 20L, "general.sampling.top_p",
                1L, "general.sampling.min_p", 0.0))).isEqualTo(new SamplingDefaults(0.6f, 20, 1, 0));
        assertThat(read(Map.of("general.sampling.top_k", -1L)).topK()).as("all").isZero();
    }

    @ParameterizedTest
    @CsvSource({"temp,NaN", "temp,-0.5", "temp,Infinity", "top_p,1.5", "top_p,-0.1", "min_p,NaN", "min_p,2"})
    void refusesRecommendationsOutOfRange(String key, double value) {
        assertThatThrownBy(() -> read(Map.of("general.sampling." + key, value)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("key 'general.sampling." + key + "' of m.gguf: expected a number, 0 ")
                .hasMessageEndingWith(", found " + value);
    }

    @Test
    void refusesRecommendationsOfAnotherType() {
        assertThatThrownBy(() -> read(Map.of("general.sampling.top_k", 1.5))).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> read(Map.of("general.sampling.top_k", 1L << 40)))
                .isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> read(Map.of("general.sampling.temp", "hot"))).isInstanceOf(ModelFormatException.class);
    }

    private static SamplingDefaults read(Map<String, Object> entries) {
        return SamplingMetadata.read(new Metadata("m.gguf", entries, key -> -1));
    }
}
