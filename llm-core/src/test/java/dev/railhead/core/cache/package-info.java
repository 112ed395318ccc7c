@NullMarked
package dev.railhead.core.cache;

import org.jspecify.annotations.NullMarked;
