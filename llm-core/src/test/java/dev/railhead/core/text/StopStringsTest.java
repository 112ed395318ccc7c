package dev.railhead.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StopStringsTest {
    @Test
    void holdsBackWhatMayBeginAStopString() {
        StopStrings stop = new StopStrings(List.of("</s>", "User:"));
        assertThat(stop.add("Hi <")).isEqualTo("Hi ");
        assertThat(stop.add("/")).isEmpty();
        assertThat(stop.add("b> Us")).isEqualTo("</b> ");
        assertThat(stop.add("er")).isEmpty();
        assertThat(stop.isMatched()).isFalse();
        assertThat(stop.add(": more")).isEmpty();
        assertThat(stop.isMatched()).isTrue();
        assertThat(stop.add("after")).isEmpty();
        assertThat(stop.finish()).isEmpty();
    }

    @Test
    void finishGivesOutWhatWasHeldBack() {
        StopStrings stop = new StopStrings(List.of("</s>"));
        assertThat(stop.add("a</s")).isEqualTo("a");
        assertThat(stop.finish()).isEqualTo("</s");
        assertThat(stop.isMatched()).isFalse();
    }

    @Test
    void theEarliestEndWinsThenTheLongest() {
        StopStrings stop = new StopStrings(List.of("bc", "abcd", "xbc"));
        assertThat(stop.add("1abcd")).isEqualTo("1a");
        stop = new StopStrings(List.of("bc", "abcd", "xbc"));
        assertThat(stop.add("1xbcd")).isEqualTo("1");
    }

    @Test
    void surrogatePairsStayWhole() {
        StopStrings stop = new StopStrings(List.of("😀!"));
        assertThat(stop.add("a\uD83D")).isEqualTo("a");
        assertThat(stop.add("\uDE01b")).isEqualTo("😁b");
        assertThat(stop.add("\uD83E")).isEmpty();
        assertThat(stop.add("\uDD16\uD83D")).isEqualTo("🤖");
        assertThat(stop.add("\uDE00")).isEmpty();
        assertThat(stop.add("!")).isEmpty();
        assertThat(stop.isMatched()).isTrue();
    }

    @Test
    void withoutStopStringsTextPassesThrough() {
        StopStrings stop = new StopStrings(List.of());
        assertThat(stop.add("abc")).isEqualTo("abc");
        assertThat(stop.finish()).isEmpty();
    }

    record Naive(String out, boolean matched) {}

    /// Tries every end, and every stop string there.
    private static Naive naive(String text, List<String> stops) {
        for (int end = 1; end <= text.length(); end++) {
            String head = text.substring(0, end);
            int longest = stops.stream().filter(head::endsWith).mapToInt(String::length).max().orElse(0);
            if (longest > 0) {
                return new Naive(text.substring(0, end - longest), true);
            }
        }
        return new Naive(text, false);
    }

    private static String random(Random random, int maxLength) {
        String[] alphabet = {"a", "b", "c", "😀", "😁", "\0"};
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(maxLength); i > 0; i--) {
            text.append(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void agreesWithTheNaiveSearch(int seed) {
        Random random = new Random(seed);
        List<String> stops = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            stops.add(random(random, 5));
        }
        String text = random(random, 60);
        Naive expected = naive(text, stops);

        StopStrings stop = new StopStrings(stops);
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < text.length() && !stop.isMatched();) {
            int end = Math.min(text.length(), at + random.nextInt(5));
            out.append(stop.add(text.substring(at, end)));
            at = end;
            if (!stop.isMatched()) {
                String seen = text.substring(0, at);
                String held = seen.substring(out.length());
                assertThat(seen).startsWith(out);
                boolean mayBegin = stops.stream().anyMatch(s -> s.startsWith(held));
                boolean halfPair = !held.isEmpty() && Character.isHighSurrogate(held.charAt(0));
                assertThat(held.isEmpty() || mayBegin || halfPair).as("holds back no more than needed: %s", held)
                        .isTrue();
            }
        }
        out.append(stop.finish());
        assertThat(out.toString()).as("text %s, stops %s", text, stops).isEqualTo(expected.out);
        assertThat(stop.isMatched()).isEqualTo(expected.matched);
    }

    @Test
    void aHundredThousandStopStringsAndALongTextTakeLinearTime() {
        List<String> stops = IntStream.range(0, 100_000).mapToObj(i -> "stop " + i + " a".repeat(8) + "!").toList();
        String text = "stop 123 a a a a a a a ".repeat(20_000);
        Assertions.assertTimeout(Duration.ofSeconds(20), () -> {
            StopStrings stop = new StopStrings(stops);
            StringBuilder out = new StringBuilder();
            for (int i = 0; i < text.length(); i += 5) {
                out.append(stop.add(text.substring(i, Math.min(text.length(), i + 5))));
            }
            out.append(stop.finish());
            assertThat(out.toString()).isEqualTo(text);
            stop = new StopStrings(stops);
            assertThat(stop.add("x" + stops.get(77_777))).isEqualTo("x");
            assertThat(stop.isMatched()).isTrue();
        });
    }

    @Test
    void aPeriodicStopStringDoesNotMakeItQuadratic() {
        String stopString = "a".repeat(1_000_000) + "b";
        Assertions.assertTimeout(Duration.ofSeconds(20), () -> {
            StopStrings stop = new StopStrings(List.of(stopString));
            assertThat(stop.add("ca".repeat(500_000) + "a".repeat(999_999)) + stop.finish()).hasSize(1_999_999);
        });
    }

    @Test
    void refusesEmptyMalformedAndTooLongStopStrings() {
        assertThatThrownBy(() -> new StopStrings(List.of("a", ""))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stop string 1: expected a text, found an empty one");
        assertThatThrownBy(() -> new StopStrings(List.of("\uDE00"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stop string 0: expected whole characters, found half a surrogate pair");
        String half = "x".repeat(StopAutomaton.MAX_TOTAL_CHARS / 2);
        assertThatThrownBy(() -> new StopStrings(List.of(half, half, "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stop strings: expected at most 4194304 chars together, found 4194305");
        assertThatNoException().isThrownBy(() -> new StopStrings(List.of("x", "x")));
    }
}
