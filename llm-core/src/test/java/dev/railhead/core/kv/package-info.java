@NullMarked
package dev.railhead.core.kv;

import org.jspecify.annotations.NullMarked;
