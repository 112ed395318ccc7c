package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.railhead.Tokenizer;
import dev.railhead.gguf.testing.ReferenceData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PreTokenizersTest {
    /// What patterns look at, and neighbours of it.
    private static final String[] SAMPLES = {" ", "  ", "    ", "\t", "\n", "\r", "\n\n", "\u000B", "\u0085", "\u00A0",
            "\u2003", "\u2028", "\u3000", "'", "'s", "'RE", "'lL", "a", "z", "A", "Z", "aB", "word", "CAPS", "é", "É",
            "ſ", "ß", "\u01C5", "Ж", "ж", "中", "文", "龥", "\u9FFF", "\u3400", "\uF900", "\uFA6E", "豈", "ぁ", "ヿ", "｡",
            "가", "ㄱ", "ㄅ", "ก", "က", "𠀀", "𐐀", "𞤀", "\u0301", "\u0903", "\u20DD", "1", "23", "4567", "٣", "½", "Ⅷ",
            "〇", "𝟘", "!", "/", "(", ".", ",", "$", "+", "`", "|", "^", "_", "-", "€", "…", "。", "，", "、", "।", "“",
            "—",
            "︰", "😀", "\u200D", "\u0000", "\uE000", "\u0378", "<sentinel:", "<sentinel:12>", "IMGIMG", "IMGIMGABZ",
            "▁", "\uFFFD"};

    static Stream<String> names() {
        return PreTokenizers.names().stream();
    }

    /// A name for each list of cuts: aliases need no test of their own.
    static Stream<String> distinct() {
        Set<List<String>> seen = new HashSet<>();
        return names().filter(name -> seen.add(PreTokenizers.get(name).cuts().stream().map(Cut::regex).toList()));
    }

    private static List<String> cut(Cut cut, String text) {
        CharKinds kinds = new CharKinds();
        kinds.reset(text, 0, text.length());
        List<String> pieces = new ArrayList<>();
        cut.cut(kinds, 0, text.length(), (from, to) -> pieces.add(text.substring(from, to)));
        return pieces;
    }

    private static List<String> cutByRegex(Pattern pattern, String text) {
        List<String> pieces = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        int done = 0;
        while (matcher.find()) {
            pieces.add(text.substring(done, matcher.start()));
            pieces.add(matcher.group());
            done = matcher.end();
        }
        pieces.add(text.substring(done));
        pieces.removeIf(String::isEmpty);
        return pieces;
    }

    private static Pattern pattern(Cut cut) {
        return Pattern.compile(cut.regex().replace("\\s", "\\p{IsWhite_Space}").replace("\\S", "\\P{IsWhite_Space}"));
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(1, 25); i > 0; i--) {
            text.append(SAMPLES[random.nextInt(SAMPLES.length)]);
        }
        return text.toString();
    }

    @ParameterizedTest
    @MethodSource("names")
    void cutsAsTheReference(String name) throws IOException {
        Path file = ReferenceData.of("vocab/pre/" + name + ".gguf.gz");
        Assumptions.assumeTrue(Files.exists(file), "an alias without reference data of its own");
        JsonNode expected = Vocabularies.json(ReferenceData.of("tokenizer/pre-tokenizers.json"));
        Tokenizer tokenizer = Tokenizers.of(Vocabularies.unzipped(file));
        JsonNode ids = expected.get("ids").get(name);
        for (int i = 0; i < ids.size(); i++) {
            String text = expected.get("texts").get(i).asText();
            assertThat(tokenizer.encode(text, false, false)).as(text).isEqualTo(Vocabularies.ints(ids.get(i)));
            assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
        }
        boolean addBos = expected.get("flags").get(name).get("add_bos").asBoolean();
        assertThat(tokenizer.encode("", true, false)).hasSize(addBos ? 1 : 0);
    }

    /// Each loop against the regular expression that it claims to be.
    @ParameterizedTest
    @MethodSource("distinct")
    void cutsAsItsRegularExpressions(String name) {
        for (Cut cut : PreTokenizers.get(name).cuts()) {
            Pattern pattern = pattern(cut);
            for (int seed = 0; seed < 3000; seed++) {
                String text = randomText(new Random(seed));
                assertThat(cut(cut, text)).as("seed %d, %s", seed, pattern).isEqualTo(cutByRegex(pattern, text));
            }
        }
    }

    /// No pattern may take quadratic time or a deep stack; the guard is generous.
    @ParameterizedTest
    @MethodSource("distinct")
    void cutsLongRuns(String name) {
        int[] next = {0};
        PreTokenizer.Splitter splitter = new PreTokenizer.Splitter(PreTokenizers.get(name),
                (from, to) -> next[0] = from == next[0] && to > from ? to : -1); // words must not leave gaps
        for (String part : new String[]{"a", "A", "aA", " ", "\n", " \n", "\t", "我", "\u0301", "1", "!", "'", "/",
                " a1", "a ", "中A", "<sentinel:1", "IMGIMG", "𝟘"}) {
            for (String end : new String[]{"", "a", "我"}) {
                String text = part.repeat(200_000 / part.length()) + end;
                next[0] = 0;
                Assertions.assertTimeout(Duration.ofSeconds(10), () -> splitter.split(text, 0, text.length()));
                assertThat(next[0]).isEqualTo(text.length());
            }
        }
    }
}
