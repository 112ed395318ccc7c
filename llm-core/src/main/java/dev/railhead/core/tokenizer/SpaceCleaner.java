package dev.railhead.core.tokenizer;

/// Takes away spaces that tokens put into a text and people don't: those before `? ! . ,`, those around a single
/// apostrophe, and those before `'s 'm 're 've`, one kind after the other as llama.cpp does.
final class SpaceCleaner {
    private SpaceCleaner() {}

    /// Cleans the first bytes of an array in place.
    ///
    /// @return how many are left
    static int clean(byte[] text, int length) {
        return contract(text, unquote(text, punctuate(text, length)));
    }

    private static int punctuate(byte[] text, int length) {
        int out = 0;
        for (int i = 0; i < length; i++) {
            byte b = text[i];
            boolean joins = b == '?' || b == '!' || b == '.' || b == ',';
            if (joins && i > 0 && text[i - 1] == ' ') {
                out--;
            }
            text[out++] = b;
        }
        return out;
    }

    /// An apostrophe takes both its spaces, so the next one has none before it.
    private static int unquote(byte[] text, int length) {
        int out = 0;
        boolean afterSpace = false;
        for (int i = 0; i < length; i++) {
            byte b = text[i];
            if (b == '\'' && afterSpace && i + 1 < length && text[i + 1] == ' ') {
                text[out - 1] = b;
                afterSpace = false;
                i++;
            } else {
                text[out++] = b;
                afterSpace = b == ' ';
            }
        }
        return out;
    }

    private static int contract(byte[] text, int length) {
        int out = 0;
        for (int i = 0; i < length; i++) {
            byte b = text[i];
            if (b == '\'' && i > 0 && text[i - 1] == ' ' && isContraction(text, i + 1, length)) {
                out--;
            }
            text[out++] = b;
        }
        return out;
    }

    private static boolean isContraction(byte[] text, int from, int length) {
        byte first = from < length ? text[from] : 0;
        byte second = from + 1 < length ? text[from + 1] : 0;
        return first == 's' || first == 'm' || second == 'e' && (first == 'r' || first == 'v');
    }
}
