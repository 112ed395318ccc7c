package dev.railhead.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.gguf.testing.BytePatcher;
import dev.railhead.gguf.testing.ChildJvm;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Opening a file, good or bad, takes at most 16 MiB and twice its bytes of heap, also for a moment: a JVM with no more
/// than that opens it or refuses it, but never runs out of memory.
@Timeout(120)
class HeaderHeapTest {
    private static final long MIB = 1 << 20;

    /// Heap of the JVM itself: it opens a file of one key with 2 MiB, the least that a JVM starts with, and one more is
    /// the young generation, of which only a part can be used at a time.
    private static final long BASE = 3 * MIB;

    private static final long ALLOWED = 16 * MIB;

    /// Young objects are few, and what they don't use old ones can't have.
    private static final String YOUNG = "-Xmn1m";

    private static final int MILLION = 1_000_000;
    private static final String KEY = "k";

    @TempDir
    private Path folder;

    private static Arguments file(String what, GgufWriter writer, String expected) {
        return arguments(what, writer, expected);
    }

    private static GgufWriter array(ValueType type, Object elements) {
        return new GgufWriter().putArray(KEY, type, elements);
    }

    private static GgufWriter keys(int count) {
        GgufWriter writer = new GgufWriter().put(KEY, true);
        IntStream.range(1, count).forEach(i -> writer.put("k" + i, true));
        return writer;
    }

    private static GgufWriter arrays(ValueType type, Object elements, int count) {
        GgufArray[] arrays = new GgufArray[count];
        Arrays.fill(arrays, new GgufArray(type, elements));
        return array(ValueType.ARRAY, arrays);
    }

    private static GgufWriter everything() {
        GgufArray[] arrays = new GgufArray[Limits.NESTED_ARRAYS];
        Arrays.fill(arrays, new GgufArray(ValueType.UINT8, new long[]{1}));
        GgufWriter writer = keys(Limits.KEYS - 2).alignment(8).putArray("arrays", ValueType.ARRAY, arrays);
        for (int i = 0; i < Limits.TENSORS; i++) {
            writer.tensor("t" + i, WeightTypes.F32, new long[]{1}, TensorData.of(MemorySegment.ofArray(new byte[4])));
        }
        return writer;
    }

    static Stream<Arguments> files() {
        String[] tokens = IntStream.range(0, MILLION).mapToObj(i -> "token" + i).toArray(String[]::new);
        Stream<Arguments> others = Stream.of(
                file("as many keys as are allowed", keys(Limits.KEYS), "opened " + Limits.KEYS),
                file("a million keys", keys(MILLION), "ModelFormatException"),
                file("a million strings", array(ValueType.STRING, tokens), "opened 1"),
                file("a million empty strings",
                        array(ValueType.STRING, Collections.nCopies(MILLION, "").toArray(String[]::new)), "opened 1"),
                file("as many arrays as are allowed", arrays(ValueType.UINT8, new long[]{1}, Limits.NESTED_ARRAYS),
                        "opened 1"),
                file("arrays of a string", arrays(ValueType.STRING, new String[]{"a"}, Limits.NESTED_ARRAYS),
                        "opened 1"),
                file("keys, tensors and arrays as many as are allowed", everything(), "opened " + Limits.KEYS),
                file("a million arrays", arrays(ValueType.UINT8, new long[0], MILLION), "ModelFormatException"),
                file("a long text of mixed scripts", new GgufWriter().put(KEY, "ż" + "a".repeat(16 * MILLION) + "我"),
                        "opened 1"));
        Stream<Arguments> numbers = Stream.of(ValueType.values())
                .filter(type -> type != ValueType.STRING && type != ValueType.ARRAY)
                .map(type -> file("4 million of " + type, array(type, switch (type) {
                    case BOOL -> new boolean[4 * MILLION];
                    case FLOAT32, FLOAT64 -> new double[4 * MILLION];
                    default -> new long[4 * MILLION];
                }), "opened 1"));
        return Stream.concat(others, numbers);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void aFileIsOpenedWithinTheBound(String what, GgufWriter writer, String expected) throws IOException {
        byte[] good = writer.toByteArray();
        assertThat(outcomes(List.of(good))).as(what).containsExactly(expected);
        int count = new BytePatcher(good).afterName(KEY) + 8;
        List<byte[]> damaged = List.of(Arrays.copyOf(good, good.length / 10 * 9),
                new BytePatcher(good).int64(count, Long.MAX_VALUE).bytes(),
                new BytePatcher(good).int64(count, good.length / 8 - 10).bytes(),
                new BytePatcher(good).int64(16, MILLION * 2L).bytes());
        assertThat(outcomes(damaged)).as("damaged: %s", what).hasSize(damaged.size());
    }

    /// Opens files one after the other in a JVM that has as much heap as the smallest of them allows.
    private List<String> outcomes(List<byte[]> files) throws IOException {
        long smallest = files.stream().mapToLong(bytes -> bytes.length).min().orElseThrow();
        Path[] paths = new Path[files.size()];
        for (int i = 0; i < paths.length; i++) {
            paths[i] = Files.write(folder.resolve(i + ".gguf"), files.get(i));
        }
        ChildJvm.Result result = ChildJvm.run(
                List.of("-XX:+UseSerialGC", YOUNG, "-Xmx" + (BASE + ALLOWED + 2 * smallest) / 1024 + "k"),
                OpeningProgram.class, Stream.of(paths).map(Path::toString).toList());
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output().lines().toList();
    }
}
