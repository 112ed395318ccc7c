package dev.railhead.benchmarks.roofline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class RooflineTableTest {
    @Test
    void tablesAreMarkdownAndSayWhatIsReached() {
        List<KernelSpeed> kernels = new ArrayList<>();
        for (int step : RooflineBenchmark.STEPS) {
            kernels.add(new KernelSpeed("Q4_0", step, 2, 40.04, 70 * Math.min(step, 12), 0.9, 1.2,
                    switch (step) {
                        case 1 -> OptionalDouble.of(0.85);
                        case RooflineBenchmark.PREFILL -> OptionalDouble.of(1.3);
                        default -> OptionalDouble.empty();
                    }));
        }
        RooflineResult result = new RooflineResult(512, 512 << 20, 256 << 20,
                List.of(new RooflineResult.Limits(2, 44.4, 280.6)), kernels);

        assertThat(RooflineTable.of(result)).isEqualTo("""
                The machine: reading a buffer of 512 MiB, and f32 with vectors of 512 bits in registers.

                | threads | memory read, GB/s | G multiply-adds/s |
                | ---: | ---: | ---: |
                | 2 | 44.4 | 281 |

                Decode: one row of activations, 256 MiB of weights. Prefill: 512 rows, a square matrix.

                | weights | threads | decode, GB/s | of read | target | prefill, G multiply-adds/s | of f32 | target |
                | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                | Q4_0 | 2 | 40.0 | 90 % | 85 % reached | 840 | 120 % | 130 % missed |

                Small batches over the weights of decode: G multiply-adds/s, and how many times as many as of one row.

                | weights | threads | 2 rows | 4 rows | 8 rows | 12 rows |
                | --- | ---: | ---: | ---: | ---: | ---: |
                | Q4_0 | 2 | 140 (2.0 ×) | 280 (4.0 ×) | 560 (8.0 ×) | 840 (12.0 ×) |""");
    }
}
