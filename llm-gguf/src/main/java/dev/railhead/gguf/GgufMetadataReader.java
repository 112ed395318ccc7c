package dev.railhead.gguf;

import dev.railhead.spi.Metadata;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Reads the key-value pairs into the representation of [Metadata].
final class GgufMetadataReader {
    /// Length of the key, one byte of key, type, one byte of value.
    private static final int MIN_ENTRY_BYTES = 8 + 1 + 4 + 1;

    private final String file;
    private final GgufCursor in;
    private final long start;

    GgufMetadataReader(String file, GgufCursor in) {
        this.file = file;
        this.in = in;
        start = in.position();
    }

    /// Checks a number of entries against the bytes that are left.
    static int entries(GgufCursor in) {
        return in.count("metadata entries", MIN_ENTRY_BYTES, Limits.KEYS);
    }

    Metadata read(int count) {
        GgufValueReader value = new GgufValueReader(in);
        Map<String, Object> values = new LinkedHashMap<>();
        long[] offsets = new long[count];
        for (int i = 0; i < count; i++) {
            in.subject("metadata entry " + i);
            long at = in.position();
            String key = in.name("key", Limits.KEY_BYTES);
            in.subject("key '" + (key.length() > 100 ? key.substring(0, 100) + "…" : key) + "'");
            if (values.containsKey(key)) {
                throw in.error(at, "a key that is not there yet", "a duplicate");
            }
            offsets[i] = at;
            values.put(key, value.read());
            if (in.position() - start > Limits.METADATA_BYTES) {
                throw in.error(at, "metadata of at most " + Limits.METADATA_BYTES + " bytes", "more");
            }
        }
        return new Metadata(file, values, key -> offset(values.keySet(), offsets, key));
    }

    /// Only errors ask for it, so a search costs less than a table that every model would keep.
    private static long offset(Set<String> keys, long[] offsets, String wanted) {
        int i = 0;
        for (String key : keys) {
            if (key.equals(wanted)) {
                return offsets[i];
            }
            i++;
        }
        return -1;
    }
}
