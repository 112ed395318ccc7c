package dev.railhead.benchmarks.history;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Results as a Markdown table with a sentence about the slowest.
final class HistoryTable {
    /// What a history may cost: speed must not fall below this fraction of the speed alone.
    private static final double LEAST = 0.9;

    private HistoryTable() {}

    /// @param orders what to call each order
    static String of(List<String> orders, List<HistoryResult> results) {
        StringBuilder table = new StringBuilder("| weights | test | alone, tokens/s |");
        orders.forEach(order -> table.append(" ").append(order).append(" |"));
        table.append("\n| --- | --- | ---: |").append(" ---: |".repeat(orders.size())).append("\n");
        for (HistoryResult result : results) {
            table.append(String.format(Locale.ROOT, "| %s | %s | %.1f | %s |%n", result.test().type(),
                    result.test().name(), result.alone(),
                    result.others().stream().map(speed -> String.format(Locale.ROOT, "%.2f", speed / result.alone()))
                            .collect(Collectors.joining(" | "))));
        }
        List<String> slow = results.stream().filter(result -> result.worst() < LEAST)
                .map(result -> result.test().toString()).toList();
        return table + "\n" + (slow.isEmpty()
                ? "No test falls below " + LEAST + " of its speed alone."
                : slow.size() + " of " + results.size() + " tests fall below " + LEAST + " of their speed alone: "
                        + String.join(", ", slow) + ".");
    }
}
