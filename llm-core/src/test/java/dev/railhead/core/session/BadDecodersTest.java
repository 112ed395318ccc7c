package dev.railhead.core.session;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.railhead.Model;
import dev.railhead.ModelFormatException;
import dev.railhead.ModelOptions;
import dev.railhead.gguf.ValueType;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keys that few families have and that are out of range are refused by name.
@Timeout(10)
class BadDecodersTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GLM4MOE   | expert_gating_func         | 9       | 1 (softmax), 2 (sigmoid), 3 (softmax of the chosen) or 4
            GLM4MOE   | expert_group_count         | 5       | a divisor of the expert count 8
            GLM4MOE   | expert_used_count          | 0       | an integer from 1 to 8
            GLM4MOE   | expert_used_count          | 5       | groups with at least 5 experts
            DEEPSEEK2 | attention.kv_lora_rank     | 0       | an integer from 1 to
            DEEPSEEK2 | attention.q_lora_rank      | 0       | an integer from 1 to
            DEEPSEEK2 | attention.key_length_mla   | 8       | more than the 8 rotated values
            DEEPSEEK2 | attention.value_length_mla | -1      | an integer from 0 to
            QWEN35MOE | ssm.conv_kernel            | 0       | an integer from 1 to 1024
            QWEN35MOE | ssm.conv_kernel            | 1025    | an integer from 1 to 1024
            QWEN35MOE | ssm.group_count            | 0       | an integer from 1 to
            QWEN35MOE | ssm.group_count            | 3       | found 4
            QWEN35MOE | ssm.time_step_rank         | 10      | a multiple of the 10 value heads
            QWEN35MOE | ssm.state_size             | 0       | an integer from 1 to
            QWEN35MOE | ssm.state_size             | 1048576 | a state of at most 16777216 numbers, found
            MAMBA     | ssm.conv_kernel            | 0       | an integer from 1 to 1024
            MAMBA     | ssm.state_size             | 0       | an integer from 1 to
            MAMBA     | ssm.state_size             | 1048576 | a state of at most 16777216 numbers
            MAMBA     | ssm.time_step_rank         | 0       | an integer from 1 to
            LFM2MOE   | shortconv.l_cache          | 1       | an integer from 2 to 1024
            LFM2MOE   | expert_used_count          | 9       | an integer from 1 to 8
            QWEN35MOE | full_attention_interval    | -1      | an integer from 0 to
            """)
    void isRefusedByName(GeneratedDecoder decoder, String key, int value, String expected) {
        byte[] file = decoder.writer().put(decoder.key(key), ValueType.INT32, value).toByteArray();
        assertThatThrownBy(
                () -> Model.load("bad", new ByteArrayInputStream(file), ModelOptions.defaults()).close())
                .isExactlyInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll("of bad", expected);
    }
}
