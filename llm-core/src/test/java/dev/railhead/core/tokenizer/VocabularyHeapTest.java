package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.Tokenizer;
import dev.railhead.gguf.testing.ChildJvm;
import dev.railhead.gguf.testing.ReferenceData;
import dev.railhead.spi.Metadata;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How much heap real vocabularies take. An application that loads Llama 3 is to fit into 64 MB.
class VocabularyHeapTest {
    /// What the figures of a JVM that has loaded its classes vary by.
    private static final long NOISE = 500_000;

    /// Measured for metadata and tokenizer together: Llama 3 121 bytes a token (52 of them in the table of its merges, of
    /// which it has two a token), Gemma 4 117, Qwen 2 75, GPT-2 72, Llama 2 89, bert-bge 68, nomic-bert-moe 90. The
    /// metadata alone is smaller than its file.
    ///
    /// @param fileBytes size of the file
    /// @param bytesPerToken at most, for metadata and tokenizer
    @ParameterizedTest
    @CsvSource({"llama-bpe, 7818140, 128", "qwen2, 5928681, 80", "gpt-2, 1766807, 76", "llama-spm, 723869, 94",
            "gemma-4, 15776467, 124", "bert-bge, 627549, 75", "nomic-bert-moe, 6821877, 95"})
    void metadataAndTokenizerAreSmall(String vocabulary, long fileBytes, long bytesPerToken) throws IOException {
        Path reference = ReferenceData.of("vocab").toAbsolutePath().getParent();
        // The serial collector does not round large arrays up to regions.
        ChildJvm.Result result = ChildJvm.run(List.of("-XX:+UseSerialGC", "-Drailhead.reference=" + reference),
                Program.class, List.of(vocabulary));
        assertThat(result.exitCode()).as(result.output()).isZero();
        List<Long> figures = result.output().lines().map(Long::valueOf).toList();
        assertThat(figures.get(0)).as("metadata").isLessThan(fileBytes + NOISE);
        assertThat(figures.get(1)).as("metadata and tokenizer").isLessThan(bytesPerToken * figures.get(2) + NOISE);
    }

    /// Prints the live heap of a vocabulary's metadata, then with the tokenizer, and the number of tokens.
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws InterruptedException {
            loadClasses(args[0]);
            long before = live();
            Metadata metadata = Vocabularies.metadata(args[0]);
            System.out.println(live() - before);
            Tokenizer tokenizer = Tokenizers.of(metadata);
            System.out.println(live() - before);
            System.out.println(Math.min(tokenizer.vocabularySize(), metadata.strings(Vocabulary.TOKENS).size()));
        }

        /// In a method of its own, whose frame keeps nothing alive.
        private static void loadClasses(String vocabulary) {
            Vocabularies.tokenizer(vocabulary).encode("Loads the classes.");
        }

        private static long live() throws InterruptedException {
            for (int i = 0; i < 3; i++) {
                System.gc();
                Thread.sleep(50); // what one collection only enqueues, the next one frees, if its queue has been served
            }
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }
    }
}
