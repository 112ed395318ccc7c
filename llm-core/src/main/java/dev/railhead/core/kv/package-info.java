/// The unit of work, a [dev.railhead.core.kv.Step], and the pages that hold keys and values.
@NullMarked
package dev.railhead.core.kv;

import org.jspecify.annotations.NullMarked;
