package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.ContextOverflowException;
import dev.railhead.FinishReason;
import dev.railhead.GeneratedToken;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.InsufficientMemoryException;
import dev.railhead.Model;
import dev.railhead.ModelOptions;
import dev.railhead.Sampler;
import dev.railhead.Session;
import dev.railhead.TokenProbability;
import dev.railhead.TokenStream;
import dev.railhead.demo.DemoModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a session gives back, on the demo model.
class SessionTest {
    private static final String PROMPT = "Once upon a time";
    private static final GenerationOptions GREEDY_20 = GenerationOptions.builder().temperature(0).maxTokens(20).build();

    private static Model model;

    @BeforeAll
    static void load() {
        model = DemoModel.load(options());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static ModelOptions options() {
        return ModelOptions.defaults().withBackend("reference").withContextLength(128);
    }

    private static String chat(String question) {
        return "<|im_start|>user\n" + question + "<|im_end|>\n<|im_start|>assistant\n";
    }

    @Test
    void answersAFact() {
        try (Session session = model.newSession()) {
            int[] prompt = model.tokenizer().encode(chat("What is the capital of Norway?"), true, true);
            GenerationResult result = session.generate(prompt, GREEDY_20);
            assertThat(result.text()).isEqualTo("The capital of Norway is Oslo.");
            assertThat(result.finishReason()).isEqualTo(FinishReason.END_TOKEN);
            assertThat(result.promptTokens()).isEqualTo(prompt.length);
            assertThat(session.position()).isEqualTo(prompt.length + result.tokens().length);
        }
    }

    @Test
    void callbackAndPullStreamGiveTheSame() {
        List<GeneratedToken> called = new ArrayList<>();
        GenerationResult result;
        try (Session session = model.newSession()) {
            result = session.generate(PROMPT, GREEDY_20, called::add);
        }
        try (Session session = model.newSession(); TokenStream stream = session.stream(PROMPT, GREEDY_20)) {
            assertThat(stream.result()).isEmpty();
            assertThat(stream.asStream().toList()).isEqualTo(called);
            assertThat(stream.result().orElseThrow().tokens()).containsExactly(result.tokens());
        }
        assertThat(result.finishReason()).isEqualTo(FinishReason.MAX_TOKENS);
        assertThat(result.tokens()).hasSize(20);
        assertThat(called.stream().map(GeneratedToken::text).collect(Collectors.joining())).isEqualTo(result.text());
        assertThat(result.text()).startsWith(", there was");
    }

    @Test
    void anEmptyPromptContinues() {
        GenerationResult whole;
        try (Session session = model.newSession()) {
            whole = session.generate(PROMPT, GREEDY_20);
        }
        try (Session session = model.newSession()) {
            var half = GREEDY_20.toBuilder().maxTokens(10).build();
            String first = session.generate(PROMPT, half).text();
            assertThat(first + session.generate("", half).text()).isEqualTo(whole.text());
        }
    }

    @Test
    void rewindForgets() {
        try (Session session = model.newSession()) {
            int[] prompt = model.tokenizer().encode(PROMPT);
            session.prefill(prompt);
            float[] expected = session.logits();
            session.decode(1);
            session.decode(2);
            session.rewind(prompt.length - 1);
            assertThatThrownBy(session::logits).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("prefill or decode");
            session.decode(prompt[prompt.length - 1]);
            assertThat(session.logits()).containsExactly(expected);
            assertThat(session.tokens()).containsExactly(prompt);
            assertThatThrownBy(() -> session.rewind(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> session.rewind(prompt.length + 1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void nextTokensAreTheBestByLogSoftmax() {
        try (Session session = model.newSession()) {
            session.prefill(model.tokenizer().encode(PROMPT));
            float[] logits = session.logits();
            List<TokenProbability> best = session.nextTokens(5);
            assertThat(best).hasSize(5)
                    .isSortedAccordingTo((a, b) -> Float.compare(b.logProbability(), a.logProbability()));
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit - logits[best.getFirst().token()]);
            }
            assertThat((double) best.getFirst().logProbability()).isCloseTo(-Math.log(sum),
                    org.assertj.core.data.Offset.offset(1e-5));
        }
    }

    @Test
    void alternativesComeWithEachToken() {
        try (Session session = model.newSession()) {
            session.generate(PROMPT, GREEDY_20.toBuilder().topLogprobs(3).build(), token -> {
                assertThat(token.alternatives()).hasSize(3);
                assertThat(token.alternatives().getFirst().token()).isEqualTo(token.id());
            });
        }
    }

    @Test
    void stopStringsEndTheText() {
        try (Session session = model.newSession()) {
            String full = session.generate(PROMPT, GREEDY_20).text();
            String stop = full.substring(8, 12);
            session.rewind(0);
            StringBuilder seen = new StringBuilder();
            GenerationResult result = session.generate(PROMPT, GREEDY_20.toBuilder().stopStrings("never", stop).build(),
                    token -> seen.append(token.text()));
            assertThat(result.finishReason()).isEqualTo(FinishReason.STOP_STRING);
            assertThat(result.text()).isEqualTo(full.substring(0, full.indexOf(stop)));
            assertThat(seen).hasToString(result.text());
        }
    }

    @Test
    void aSeedRepeatsAndSamplersAreAsked() {
        GenerationOptions random = GenerationOptions.builder().temperature(1.5).topK(0).topP(1).minP(0).seed(7)
                .maxTokens(20).build();
        try (Session session = model.newSession()) {
            int[] first = session.generate(PROMPT, random).tokens();
            session.rewind(0);
            assertThat(session.generate(PROMPT, random).tokens()).containsExactly(first);
            session.rewind(0);
            assertThat(session.generate(PROMPT, random.toBuilder().seed(8).build()).tokens()).isNotEqualTo(first);
            session.rewind(0);
            Sampler onlySeven = candidates -> candidates.retain(i -> candidates.token(i) == 7);
            Sampler last = Sampler.chain(candidates -> candidates.pick(candidates.size() - 10), Sampler.greedy());
            assertThat(session.generate(PROMPT, random.toBuilder().sampler(last).maxTokens(1).build()).tokens())
                    .containsExactly(model.tokenizer().vocabularySize() - 10);
            assertThat(onlySeven.fresh()).isSameAs(onlySeven);
        }
    }

    @Test
    void aSamplerWithStateBeginsAnewWithEachGeneration() {
        GenerationOptions random = GREEDY_20.toBuilder()
                .sampler(Sampler.chain(Sampler.temperature(1.5f), Sampler.random(7))).build();
        try (Session session = model.newSession(); Session other = model.newSession()) {
            int[] first = session.generate(PROMPT, random).tokens();
            session.rewind(0);
            assertThat(session.generate(PROMPT, random).tokens()).containsExactly(first);
            session.rewind(0);
            try (TokenStream one = session.stream(PROMPT, random); TokenStream two = other.stream(PROMPT, random)) {
                for (int token : first) {
                    assertThat(one.next().id()).isEqualTo(token);
                    assertThat(two.next().id()).isEqualTo(token);
                }
            }
        }
    }

    @Test
    void anEmptyPromptContinuesAfterARewindToo() {
        try (Session session = model.newSession()) {
            session.generate(PROMPT, GREEDY_20);
            int[] whole = session.tokens();
            for (int position = 1; position < whole.length; position++) {
                session.rewind(position);
                session.generate("", GREEDY_20.toBuilder().maxTokens(whole.length - position).build());
                if (position >= whole.length - 20) {
                    assertThat(session.tokens()).as("rewound to %d", position).containsExactly(whole);
                }
                session.rewind(0);
                session.prefill(whole);
            }
        }
    }

    @Test
    void theContextIsABound() {
        int context = model.contextLength();
        try (Session session = model.newSession()) {
            assertThatThrownBy(() -> session.prefill(new int[context + 1])).isInstanceOf(ContextOverflowException.class)
                    .hasMessageContaining("expected at most 128 tokens").hasMessageContaining("129 more");
            assertThat(session.position()).isZero();
            aPromptThatIsRefusedChangesNothing(session);
            GenerationResult full = session.generate(new int[context], GREEDY_20);
            assertThat(full.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);
            assertThat(full.tokens()).isEmpty();
            assertThatThrownBy(() -> session.decode(1)).isInstanceOf(ContextOverflowException.class);
            session.rewind(context - 3);
            GenerationResult few = session.generate(new int[]{5}, GenerationOptions.builder()
                    .sampler(candidates -> candidates.pick(5)).build());
            assertThat(few.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);
            assertThat(few.tokens()).hasSize(2);
        }
    }

    private static void aPromptThatIsRefusedChangesNothing(Session session) {
        session.generate(PROMPT, GREEDY_20.toBuilder().maxTokens(3).build());
        int[] before = session.tokens();
        List<TokenProbability> next = session.nextTokens(3);
        assertThatThrownBy(() -> session.generate(new int[model.contextLength()], GREEDY_20))
                .isInstanceOf(ContextOverflowException.class);
        try (TokenStream stream = session.stream(new int[]{-1}, GREEDY_20)) {
            assertThatThrownBy(stream::hasNext).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(session.tokens()).containsExactly(before);
        assertThat(session.nextTokens(3)).isEqualTo(next);
        session.rewind(0);
    }

    @Test
    void badArgumentsAreRefused() {
        try (Session session = model.newSession()) {
            int vocabulary = model.tokenizer().vocabularySize();
            assertThatThrownBy(() -> session.prefill(1, vocabulary)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("found " + vocabulary);
            assertThatThrownBy(() -> session.decode(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(session::prefill).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> session.generate("", GREEDY_20)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("empty prompt");
            assertThatThrownBy(session::logits).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> session.nextTokens(0)).isInstanceOf(IllegalArgumentException.class);
            assertThat(session.position()).isZero();
            GenerationResult none = session.generate(PROMPT, GREEDY_20.toBuilder().maxTokens(0).build());
            assertThat(none.tokens()).isEmpty();
            assertThat(none.finishReason()).isEqualTo(FinishReason.MAX_TOKENS);
            assertThat(session.generate("", GREEDY_20).text()).startsWith(", there was");
        }
    }

    @Test
    void theMemoryBudgetIsKept() {
        long fits = 0;
        try (Model small = DemoModel.load(options().withContextLength(64))) {
            fits = small.metadata().fileBytes();
        }
        long tooLittle = fits / 2;
        assertThatThrownBy(() -> DemoModel.load(options().withMemoryBudget(tooLittle)))
                .isInstanceOf(InsufficientMemoryException.class).hasMessageContaining("weights")
                .hasMessageContaining("KV cache").hasMessageContaining("working memory");
    }

    @Test
    void withoutAContextAskedForItIsShortenedToTheBudget() {
        ModelOptions open = ModelOptions.defaults().withBackend("reference").withPrefillChunk(8);
        long budget;
        try (Model whole = DemoModel.load(open)) {
            assertThat(whole.contextLength()).isEqualTo(1024);
            budget = 3_000_000L + 1536 * 190 + 8 * 4 * (7 * 256 + 1024) + 40 * 1536;
        }
        try (Model shortened = DemoModel.load(open.withMemoryBudget(budget + 600_000));
                Session first = shortened.newSession()) {
            assertThat(shortened.contextLength()).isLessThan(1024).isGreaterThanOrEqualTo(64);
            first.prefill(new int[shortened.contextLength()]);
            try (Session second = shortened.newSession()) {
                assertThatThrownBy(() -> second.prefill(new int[shortened.contextLength()]))
                        .isInstanceOf(InsufficientMemoryException.class);
                assertThat(second.position()).isLessThan(shortened.contextLength());
                first.rewind(0);
                second.rewind(0);
                second.prefill(1, 2, 3); // the pages of the first session serve the second
            }
        }
    }

    @Test
    void timingsAddUp() {
        try (Session session = model.newSession()) {
            GenerationResult.Timings timings = session.generate(PROMPT, GREEDY_20).timings();
            assertThat(timings.prefillTokens()).isEqualTo(model.tokenizer().encode(PROMPT).length);
            assertThat(timings.decodeTokens()).isEqualTo(19);
            assertThat(timings.timeToFirstToken()).isPositive().isLessThan(timings.total());
            assertThat(timings.prefill()).isLessThanOrEqualTo(timings.timeToFirstToken());
            assertThat(timings.decodeTokensPerSecond()).isPositive();
        }
    }
}
