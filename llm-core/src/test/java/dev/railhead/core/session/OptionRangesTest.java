package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.GenerationOptions;
import dev.railhead.ModelOptions;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.DoubleFunction;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Options out of range are refused where they are set, by name.
class OptionRangesTest {
    private static Stream<Arguments> numbers(String name, DoubleStream values,
            DoubleFunction<UnaryOperator<GenerationOptions.Builder>> set) {
        return values.mapToObj(value -> Arguments.of(name, Double.toString(value), set.apply(value)));
    }

    private static Stream<Arguments> integers(String name, IntStream values,
            IntFunction<UnaryOperator<GenerationOptions.Builder>> set) {
        return values.mapToObj(value -> Arguments.of(name, Integer.toString(value), set.apply(value)));
    }

    private static Stream<Arguments> durations(String name,
            BiFunction<GenerationOptions.Builder, Duration, GenerationOptions.Builder> set) {
        return Stream.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(Long.MIN_VALUE))
                .map(value -> Arguments.of(name, value.toString(),
                        (UnaryOperator<GenerationOptions.Builder>) b -> set.apply(b, value)));
    }

    static Stream<Arguments> generation() {
        return Stream.of(
                numbers("temperature", DoubleStream.of(-0.1, Double.NaN, Double.POSITIVE_INFINITY, 1e39,
                        Double.NEGATIVE_INFINITY), value -> b -> b.temperature(value)),
                numbers("topP", DoubleStream.of(-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY),
                        value -> b -> b.topP(value)),
                numbers("minP", DoubleStream.of(-0.1, 1.1, Double.NaN, Double.NEGATIVE_INFINITY),
                        value -> b -> b.minP(value)),
                integers("topK", IntStream.of(-1, Integer.MIN_VALUE), value -> b -> b.topK(value)),
                integers("maxTokens", IntStream.of(-1, Integer.MIN_VALUE), value -> b -> b.maxTokens(value)),
                integers("topLogprobs", IntStream.of(-1), value -> b -> b.topLogprobs(value)),
                durations("timeout", (b, value) -> b.timeout(value)),
                durations("firstTokenTimeout", (b, value) -> b.firstTokenTimeout(value)),
                durations("queueTimeout", (b, value) -> b.queueTimeout(value)),
                Stream.of(Arguments.of("stopStrings", "one", (UnaryOperator<GenerationOptions.Builder>) b -> b
                        .stopStrings("a", ""))))
                .flatMap(arguments -> arguments);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("generation")
    void generationOptions(String name, String found, UnaryOperator<GenerationOptions.Builder> set) {
        assertThatThrownBy(() -> set.apply(GenerationOptions.builder()))
                .isExactlyInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(name + ": expected ")
                .hasMessageEndingWith("found " + found);
    }

    static Stream<Arguments> loading() {
        return Stream.of(Arguments.of("threads", (UnaryOperator<ModelOptions>) o -> o.withThreads(-1)),
                Arguments.of("threads", (UnaryOperator<ModelOptions>) o -> o.withThreads(1025)),
                Arguments.of("contextLength", (UnaryOperator<ModelOptions>) o -> o.withContextLength(-1)),
                Arguments.of("prefillChunk", (UnaryOperator<ModelOptions>) o -> o.withPrefillChunk(0)),
                Arguments.of("prefillChunk", (UnaryOperator<ModelOptions>) o -> o.withPrefillChunk(65537)),
                Arguments.of("memoryBudget", (UnaryOperator<ModelOptions>) o -> o.withMemoryBudget(0)),
                Arguments.of("memoryBudget", (UnaryOperator<ModelOptions>) o -> o.withMemoryBudget(Long.MIN_VALUE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("loading")
    void modelOptions(String name, UnaryOperator<ModelOptions> set) {
        assertThatThrownBy(() -> set.apply(ModelOptions.defaults())).isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + ": expected ").hasMessageContaining("found ");
    }

    @Test
    void theEndsOfTheRangesAreFine() {
        GenerationOptions options = GenerationOptions.builder().temperature(0).temperature(Float.MAX_VALUE).topP(0)
                .topP(1).minP(0).minP(1).topK(0).topK(Integer.MAX_VALUE).maxTokens(0).maxTokens(Integer.MAX_VALUE)
                .topLogprobs(Integer.MAX_VALUE).timeout(Duration.ofNanos(1))
                .firstTokenTimeout(Duration.ofSeconds(Long.MAX_VALUE)).queueTimeout(Duration.ofNanos(1)).stopStrings()
                .build();
        assertThat(options.toBuilder().build()).usingRecursiveComparison().isEqualTo(options);
    }
}
