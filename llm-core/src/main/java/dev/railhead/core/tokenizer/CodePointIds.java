package dev.railhead.core.tokenizer;

import java.util.Arrays;

/// Ids of code points, −1 where there is none: pages of 256.
final class CodePointIds {
    private static final int[] NO_IDS = new int[256];

    static {
        Arrays.fill(NO_IDS, -1);
    }

    private final int[][] pages = new int[Character.MAX_CODE_POINT + 1 >> 8][];

    CodePointIds() {
        Arrays.fill(pages, NO_IDS);
    }

    int get(int codePoint) {
        return pages[codePoint >> 8][codePoint & 255];
    }

    void put(int codePoint, int id) {
        int page = codePoint >> 8;
        if (pages[page] == NO_IDS) {
            pages[page] = NO_IDS.clone();
        }
        pages[page][codePoint & 255] = id;
    }
}
