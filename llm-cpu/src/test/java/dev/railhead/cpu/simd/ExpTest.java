package dev.railhead.cpu.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.core.reference.Arithmetic;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class ExpTest {
    @Test
    void bothFormsHaveTheBitsOfTheScalarBackend() {
        float[] edges = {0f, -0f, 88.37626f, 88.38f, -87f, -87.00001f, 1e-30f, -1e-40f, Float.MAX_VALUE,
                -Float.MAX_VALUE,
                Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN};
        for (float x : edges) {
            check(x);
        }
        for (float x = -90f; x < 90f; x += 0.0071f) {
            check(x);
        }
    }

    private static void check(float x) {
        int expected = Float.floatToIntBits(Arithmetic.exp(x));
        float lane = Exp.exp(FloatVector.broadcast(Width.FLOATS, x)).lane(0);
        assertThat(Float.floatToIntBits(lane)).as("lanes, %s", x).isEqualTo(expected);
        float[] loop = new float[33];
        Arrays.fill(loop, x);
        Exp.exp(loop, 1, 17, 0f);
        for (int i = 1; i < 18; i++) {
            assertThat(Float.floatToIntBits(loop[i])).as("loop, %s", x).isEqualTo(expected);
        }
    }
}
