package dev.railhead.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.railhead.NumericException;
import dev.railhead.TokenProbability;
import dev.railhead.Tokenizer;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogProbabilitiesTest {
    /// Token id → its bytes, so that token 255 is not UTF-8.
    private static final Tokenizer BYTES = (Tokenizer) Proxy.newProxyInstance(Tokenizer.class.getClassLoader(),
            new Class<?>[]{Tokenizer.class}, (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("piece");
                byte[] bytes = BigInteger.valueOf((Integer) arguments[0]).toByteArray();
                return new byte[]{bytes[bytes.length - 1]};
            });

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 150_000})
    void bestTokensInOrderWithTheirLogProbabilities(int size) {
        float[] logits = RandomLogits.of(size, size + 5);
        List<TokenProbability> best = LogProbabilities.best(logits, 20, BYTES);
        assertThat(best.stream().mapToInt(TokenProbability::token).toArray())
                .isEqualTo(Arrays.copyOf(RandomLogits.ranking(logits), Math.min(20, size)));
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        for (TokenProbability p : best) {
            double expected = logits[p.token()] - Math.log(sum);
            assertThat((double) p.logProbability()).isCloseTo(expected, within(Math.abs(expected) * 0x1p-23 + 1e-12));
        }
    }

    @Test
    void textsComeFromTheTokenizer() {
        float[] logits = new float[256];
        logits['a'] = 2;
        logits[255] = 1;
        assertThat(LogProbabilities.best(logits, 2, BYTES)).extracting(TokenProbability::text)
                .containsExactly("a", "\uFFFD");
    }

    @Test
    void impossibleTokensAndLargeLogits() {
        List<TokenProbability> best = LogProbabilities.best(new float[]{Float.NEGATIVE_INFINITY, 3e38f, 3e38f}, 9,
                BYTES);
        assertThat(best).extracting(TokenProbability::token).containsExactly(1, 2, 0);
        assertThat(best).extracting(TokenProbability::logProbability).containsExactly((float) -Math.log(2),
                (float) -Math.log(2), Float.NEGATIVE_INFINITY);
    }

    @Test
    void refusesBadArguments() {
        assertThat(LogProbabilities.best(new float[1], 0, BYTES)).isEmpty();
        assertThatThrownBy(() -> LogProbabilities.best(new float[1], -1, BYTES))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("count: expected 0 or more, found -1");
        assertThatThrownBy(() -> LogProbabilities.best(new float[]{0, Float.NaN}, 1, BYTES))
                .isInstanceOf(NumericException.class).hasMessageStartingWith("logit of token 1");
    }
}
