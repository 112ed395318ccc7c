@NullMarked
package dev.railhead.core.sampling;

import org.jspecify.annotations.NullMarked;
