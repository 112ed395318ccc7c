package dev.railhead.core.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes `precompiled_charsmap`s, wastefully: each node's children have a block of 256 units for themselves.
final class CharsMaps {
    private static final int BLOCK = 256;

    private final List<Integer> units = new ArrayList<>();
    private final StringBuilder replacements = new StringBuilder();

    private CharsMaps() {}

    static byte[] of(Map<String, String> replaced) {
        CharsMaps maps = new CharsMaps();
        maps.addBlock();
        Map<String, String> byBytes = new TreeMap<>();
        replaced.forEach((key, value) -> byBytes.put(latin(key), value));
        maps.addChildren(0, 0, "", byBytes);
        byte[] texts = maps.replacements.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * maps.units.size() + texts.length)
                .order(ByteOrder.LITTLE_ENDIAN).putInt(4 * maps.units.size());
        maps.units.forEach(file::putInt);
        return file.put(texts).array();
    }

    /// Bytes as characters.
    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private int addBlock() {
        int begin = units.size();
        Integer[] free = new Integer[BLOCK];
        Arrays.setAll(free, i -> i ^ 1); // bears another byte than the one that would lead there
        units.addAll(List.of(free));
        return begin;
    }

    private void addChildren(int index, int label, String prefix, Map<String, String> replaced) {
        int base = addBlock();
        int offset = index ^ base;
        int unit = label | (offset < 1 << 21 ? offset << 10 : offset >> 8 << 10 | 1 << 9);
        if (replaced.containsKey(prefix)) {
            unit |= 1 << 8;
            units.set(base, Integer.MIN_VALUE | replacements.toString().getBytes(StandardCharsets.UTF_8).length);
            replacements.append(replaced.get(prefix)).append('\0');
        }
        units.set(index, unit);
        for (int b = 1; b < BLOCK; b++) {
            String longer = prefix + (char) b;
            if (replaced.keySet().stream().anyMatch(key -> key.startsWith(longer))) {
                addChildren(base ^ b, b, longer, replaced);
            }
        }
    }
}
