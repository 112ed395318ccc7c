/// Keys and values in the pages of the KV cache: one file per type, written and read here and nowhere else.
@NullMarked
package dev.railhead.cpu.kv;

import org.jspecify.annotations.NullMarked;
