package dev.railhead.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.ModelFormatException;
import dev.railhead.NumericException;
import dev.railhead.spi.Metadata;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SuppressedTokensTest {
    private static final String KEY = "tokenizer.ggml.suppress_tokens";

    private static CandidateList candidates(Object listed, float... logits) {
        CandidateList candidates = new CandidateList(logits.length);
        candidates.reset(logits);
        SuppressedTokens.read(new Metadata("m.gguf", Map.of(KEY, listed), key -> -1), logits.length).apply(candidates);
        return candidates;
    }

    @Test
    void areNeverPicked() {
        CandidateList candidates = candidates(new int[]{2, 0}, 7, 1, 9, 0);
        new Greedy().apply(candidates);
        assertThat(candidates.picked()).isEqualTo(1);
        assertThat(candidates.probability(0)).isZero();
    }

    @Test
    void idsBeyondTheVocabularyMeanNothing() {
        assertThat(candidates(new int[]{-1, 2, Integer.MAX_VALUE}, 1, 2).picked()).isEqualTo(1);
    }

    @Test
    void allTokensLeaveNoneToPick() {
        CandidateList none = candidates(new int[]{0, 1}, 1, 2);
        assertThatThrownBy(none::picked).isInstanceOf(NumericException.class);
    }

    @Test
    void refusesAnotherType() {
        assertThatThrownBy(() -> candidates("0", 1, 2)).isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("key '" + KEY + "' of m.gguf: expected an array of integers");
    }
}
