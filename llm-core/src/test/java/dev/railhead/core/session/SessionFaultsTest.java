package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.Candidates;
import dev.railhead.ClosedException;
import dev.railhead.ConcurrentUseException;
import dev.railhead.ContextOverflowException;
import dev.railhead.FinishReason;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.InsufficientMemoryException;
import dev.railhead.MemoryEstimate;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.NumericException;
import dev.railhead.Sampler;
import dev.railhead.Session;
import dev.railhead.gguf.testing.TinyLlama;
import dev.railhead.spi.KvLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Sessions go on after everything that can go wrong in a call.
@Timeout(20)
class SessionFaultsTest {
    private static final String PROMPT = "abc";
    private static final GenerationOptions GREEDY_20 = GenerationOptions.builder().temperature(0).maxTokens(20).build();

    @TempDir
    private Path folder;

    private Path file;
    private Model model;
    private Session session;
    private GenerationResult solo;

    @BeforeEach
    void open() throws IOException {
        file = Files.write(folder.resolve("tiny.gguf"), TinyLlama.defaults().writer().toByteArray());
        model = Model.load(file, options());
        session = model.newSession();
        solo = session.generate(PROMPT, GREEDY_20);
        assertThat(solo.tokens()).hasSize(20);
        session.rewind(0);
    }

    @AfterEach
    void close() {
        session.close();
        model.close();
    }

    private static ModelOptions options() {
        return ModelOptions.defaults().withBackend("reference").withPrefillChunk(16);
    }

    private void assertUsable() {
        session.rewind(0);
        assertThat(session.generate(PROMPT, GREEDY_20).tokens()).containsExactly(solo.tokens());
        session.rewind(0);
    }

    private static GenerationOptions sampling(Sampler sampler) {
        return GREEDY_20.toBuilder().sampler(sampler).build();
    }

    @Test
    void aSamplerThatThrowsEndsTheGenerationUnchanged() {
        IllegalStateException thrown = new IllegalStateException("mine");
        int[] calls = {0};
        assertThatThrownBy(() -> session.generate(PROMPT, sampling(candidates -> {
            if (calls[0]++ == 3) {
                throw thrown;
            }
        }))).isSameAs(thrown);
        assertThat(calls[0]).isEqualTo(4);
        assertUsable();
    }

    @Test
    void aSamplerThatUsesOrClosesItsOwnSession() {
        assertThatThrownBy(() -> session.generate(PROMPT, sampling(candidates -> session.decode(1))))
                .isExactlyInstanceOf(ConcurrentUseException.class).hasMessageContaining("sampler");
        assertUsable();
        Session other = model.newSession();
        GenerationResult result = other.generate(PROMPT, sampling(candidates -> other.close()));
        assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(result.tokens()).hasSize(1);
        assertThatThrownBy(other::position).isExactlyInstanceOf(ClosedException.class);
        assertUsable();
    }

    @Test
    void whatIsMissingIsSaidBeforeAnythingRuns() {
        assertThatThrownBy(() -> session.generate(PROMPT, sampling(new Sampler() {
            @Override
            public void apply(Candidates candidates) {
                candidates.pick(0);
            }

            @Override
            @SuppressWarnings("NullAway") // what is tested
            public Sampler fresh() {
                return null;
            }
        }))).isExactlyInstanceOf(NullPointerException.class).hasMessageContaining("fresh()");
        assertThat(session.position()).isZero();
        assertUsable();
    }

    @Test
    void aSamplerThatExcludesEveryTokenIsAnError() {
        assertThatThrownBy(() -> session.generate(PROMPT, sampling(candidates -> IntStream.range(0, candidates.size())
                .forEach(i -> candidates.setLogit(i, Float.NEGATIVE_INFINITY)))))
                .isExactlyInstanceOf(NumericException.class).hasMessageContaining("excluded");
        assertUsable();
    }

    @Test
    void aSamplerThatPicksOrSetsNonsenseIsAnError() {
        List<Sampler> nonsense = List.of(candidates -> candidates.pick(candidates.size()),
                candidates -> candidates.pick(-1), candidates -> candidates.setLogit(0, Float.NaN),
                candidates -> candidates.setLogit(0, Float.POSITIVE_INFINITY), candidates -> candidates.keepTop(0));
        for (Sampler sampler : nonsense) {
            assertThatThrownBy(() -> session.generate(PROMPT, sampling(sampler)))
                    .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class)
                    .hasMessageContaining("expected");
            assertUsable();
        }
        assertThat(session.generate(PROMPT, sampling(Candidates::sort)).tokens()).containsExactly(solo.tokens());
    }

    @Test
    void aHundredThousandStopStrings() {
        String[] stops = IntStream.range(0, 100_000).mapToObj(i -> "stop " + i).toArray(String[]::new);
        String text = solo.text();
        stops[99_999] = text.substring(text.length() / 2, text.length() / 2 + 2);
        GenerationResult result = session.generate(PROMPT, GREEDY_20.toBuilder().stopStrings(stops).build());
        assertThat(result.finishReason()).isEqualTo(FinishReason.STOP_STRING);
        assertThat(result.text()).isEqualTo(text.substring(0, text.indexOf(stops[99_999])));
        assertUsable();
    }

    @Test
    void tooManyStopStringsAreRefusedBeforeAnythingRuns() {
        GenerationOptions options = GREEDY_20.toBuilder().stopStrings("a".repeat(5_000_000)).build();
        assertThatThrownBy(() -> session.generate(PROMPT, options)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stop strings");
        assertThatThrownBy(() -> session.stream(PROMPT, options)).isInstanceOf(IllegalArgumentException.class);
        assertThat(session.position()).isZero();
        assertUsable();
    }

    @Test
    void moreAlternativesThanTokensAreAllTokens() {
        session.prefill(1, 70);
        assertThat(session.nextTokens(Integer.MAX_VALUE)).hasSize(TinyLlama.VOCABULARY);
        session.generate("", GREEDY_20.toBuilder().topLogprobs(Integer.MAX_VALUE).build(),
                token -> assertThat(token.alternatives()).hasSize(TinyLlama.VOCABULARY));
        assertUsable();
    }

    @Test
    void promptsThatCantBeFedLeaveTheSessionAsItWas() {
        session.prefill(1, 70);
        assertThatThrownBy(() -> session.generate(new int[]{80, TinyLlama.VOCABULARY}, GREEDY_20))
                .isExactlyInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> session.generate(new int[127], GREEDY_20))
                .isExactlyInstanceOf(ContextOverflowException.class).hasMessageContaining("127 more");
        try (var stream = session.stream(new int[127], GREEDY_20)) {
            assertThatThrownBy(stream::hasNext).isExactlyInstanceOf(ContextOverflowException.class);
            assertThat(stream.hasNext()).isFalse();
        }
        assertThat(session.tokens()).containsExactly(1, 70);
        session.decode(80);
        assertUsable();
    }

    /// A budget for three pages while two sessions want four.
    @Test
    void pagesThatRunOutMidwayEndTheCallOnly() {
        MemoryEstimate estimate = Model.estimate(file, options());
        long page = estimate.kvCacheBytesPerSession() * KvLayout.PAGE_LENGTH / model.contextLength();
        GenerationOptions endless = GenerationOptions.builder()
                .sampler(Sampler.chain(candidates -> candidates.retain(i -> candidates.token(i) > 2), Sampler.greedy()))
                .build();
        int[] expected = session.generate(PROMPT, endless).tokens();
        assertThat(expected).hasSize(model.contextLength() - model.tokenizer().encode(PROMPT).length);
        try (Model small = Model.load(file, options().withMemoryBudget(estimate.total(0) + 3 * page));
                Session first = small.newSession();
                Session second = small.newSession()) {
            first.prefill(new int[100]);
            List<Integer> heard = new ArrayList<>();
            assertThatThrownBy(() -> second.generate(PROMPT, endless, token -> heard.add(token.id())))
                    .isExactlyInstanceOf(InsufficientMemoryException.class)
                    .hasMessageContainingAll("KV cache", "expected at most", "close or rewind sessions");
            assertThat(second.position()).isEqualTo(KvLayout.PAGE_LENGTH);
            assertThatThrownBy(() -> second.prefill(new int[40]))
                    .isExactlyInstanceOf(InsufficientMemoryException.class);
            assertThat(second.position()).isEqualTo(KvLayout.PAGE_LENGTH);
            first.rewind(0);
            second.generate(new int[]{heard.getLast()}, endless, token -> heard.add(token.id()));
            assertThat(heard.stream().mapToInt(i -> i).toArray()).containsExactly(expected);
        }
    }
}
