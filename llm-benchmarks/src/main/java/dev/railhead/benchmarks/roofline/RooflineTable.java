package dev.railhead.benchmarks.roofline;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A result as Markdown: the machine, decode and prefill beside it, small batches.
public final class RooflineTable {
    private static final List<Integer> BATCHES = IntStream.of(RooflineBenchmark.STEPS)
            .filter(step -> step != 1 && step != RooflineBenchmark.PREFILL).boxed().toList();

    private RooflineTable() {}

    /// Three tables, with a sentence above each.
    public static String of(RooflineResult result) {
        return machine(result) + "\n" + decodeAndPrefill(result) + "\n" + batches(result).stripTrailing();
    }

    private static String machine(RooflineResult result) {
        String rows = result.limits().stream()
                .map(limits -> String.format(Locale.ROOT, "| %d | %.1f | %.0f |%n", limits.threads(),
                        limits.gigabytes(),
                        limits.gigaMultiplyAdds()))
                .collect(Collectors.joining());
        return String.format(Locale.ROOT, """
                The machine: reading a buffer of %d MiB, and f32 with vectors of %d bits in registers.

                | threads | memory read, GB/s | G multiply-adds/s |
                | ---: | ---: | ---: |
                """, result.bufferBytes() >> 20, result.vectorBits()) + rows;
    }

    private static String decodeAndPrefill(RooflineResult result) {
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT, """
                Decode: one row of activations, %d MiB of weights. Prefill: %d rows, a square matrix.

                | weights | threads | decode, GB/s | of read | target | prefill, G multiply-adds/s | of f32 | target |
                | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                """, result.matrixBytes() >> 20,
                RooflineBenchmark.PREFILL));
        for (KernelSpeed decode : result.kernels()) {
            if (decode.step() == 1) {
                KernelSpeed prefill = kernel(result, decode, RooflineBenchmark.PREFILL);
                table.append(String.format(Locale.ROOT, "| %s | %d | %.1f | %s | %s | %.0f | %s | %s |%n",
                        decode.type(), decode.threads(),
                        decode.gigabytes(), percent(decode.fraction()), target(decode), prefill.gigaMultiplyAdds(),
                        percent(prefill.fraction()), target(prefill)));
            }
        }
        return table.toString();
    }

    private static String batches(RooflineResult result) {
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT, """
                Small batches over the weights of decode: G multiply-adds/s, and how many times as many as of one row.

                | weights | threads | %s |
                | --- | ---: |%s
                """, BATCHES.stream().map(rows -> rows + " rows").collect(Collectors.joining(" | ")),
                " ---: |".repeat(BATCHES.size())));
        for (KernelSpeed decode : result.kernels()) {
            if (decode.step() == 1) {
                table.append(String.format(Locale.ROOT, "| %s | %d | %s |%n", decode.type(), decode.threads(),
                        BATCHES.stream().map(rows -> batch(kernel(result, decode, rows), decode))
                                .collect(Collectors.joining(" | "))));
            }
        }
        return table.toString();
    }

    private static String batch(KernelSpeed batch, KernelSpeed decode) {
        return String.format(Locale.ROOT, "%.0f (%.1f ×)", batch.gigaMultiplyAdds(),
                batch.gigaMultiplyAdds() / decode.gigaMultiplyAdds());
    }

    /// The same kernel with another number of rows.
    private static KernelSpeed kernel(RooflineResult result, KernelSpeed like, int step) {
        return result.kernels().stream().filter(kernel -> kernel.type().equals(like.type())
                && kernel.threads() == like.threads() && kernel.step() == step).findFirst().orElseThrow();
    }

    private static String target(KernelSpeed kernel) {
        return kernel.target().isEmpty()
                ? ""
                : percent(kernel.target().getAsDouble())
                        + (kernel.fraction() >= kernel.target().getAsDouble() ? " reached" : " missed");
    }

    private static String percent(double fraction) {
        return Math.round(100 * fraction) + " %";
    }
}
