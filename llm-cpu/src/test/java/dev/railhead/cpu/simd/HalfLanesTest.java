package dev.railhead.cpu.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HalfLanesTest {
    /// All 65536, in runs that leave a rest of every size.
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 31, 4096, 65536})
    void everyHalfButInfinityIsWidenedExactly(int run) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment halves = arena.allocate(65536L * Short.BYTES, 64);
            for (int bits = 0; bits < 65536; bits++) {
                halves.setAtIndex(ValueLayout.JAVA_SHORT, bits, (short) bits);
            }
            MemorySegment floats = arena.allocate(65536L * Float.BYTES, 64);
            for (int at = 0; at < 65536; at += run) {
                int count = Math.min(run, 65536 - at);
                HalfLanes.widen(halves, (long) at * Short.BYTES, count, floats, (long) at * Float.BYTES);
            }
            for (int bits = 0; bits < 65536; bits++) {
                float expected = Float.float16ToFloat((short) bits);
                if (!Float.isInfinite(expected)) {
                    assertThat(Float.floatToIntBits(floats.getAtIndex(ValueLayout.JAVA_FLOAT, bits))).as("%04x", bits)
                            .isEqualTo(Float.floatToIntBits(expected));
                }
            }
        }
    }
}
