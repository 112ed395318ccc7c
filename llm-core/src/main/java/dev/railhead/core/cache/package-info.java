/// The file in which packed weights are kept for the next load.
@NullMarked
package dev.railhead.core.cache;

import org.jspecify.annotations.NullMarked;
