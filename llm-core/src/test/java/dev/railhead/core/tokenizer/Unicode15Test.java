package dev.railhead.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class Unicode15Test {
    /// The sums were made of llama.cpp 0.5.0's tables. A JDK with a later version of Unicode fails here until its
    /// additions are listed.
    @Test
    void allCharactersAreWhatLlamaCppTakesThemFor() {
        CRC32 kinds = new CRC32();
        CRC32 lowerCase = new CRC32();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            kinds.update(CharKinds.kindOf(c));
            int lower = Unicode15.lowerCase(c);
            lowerCase.update(lower >> 16);
            lowerCase.update(lower >> 8);
            lowerCase.update(lower);
        }
        assertThat(kinds.getValue()).isEqualTo(0xD49DF4BFL);
        assertThat(lowerCase.getValue()).isEqualTo(0x7B20B060L);
    }

    @Test
    void newerCharactersHaveNoProperties() {
        int garayCapitalA = 0x10D50;
        assertThat(Unicode15.isNewer(garayCapitalA)).isTrue();
        assertThat(Unicode15.type(garayCapitalA)).isEqualTo(Character.UNASSIGNED);
        assertThat(Unicode15.lowerCase(garayCapitalA)).isEqualTo(garayCapitalA);
        assertThat(Unicode15.type(0x2EBF0)).as("15.1's").isEqualTo(Character.OTHER_LETTER);
    }
}
