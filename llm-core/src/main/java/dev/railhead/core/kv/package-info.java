/// The unit of work, a [dev.railhead.core.kv.Step], and what sequences keep from step to step: pages of keys and values, and
/// the states of recurrent layers.
@NullMarked
package dev.railhead.core.kv;

import org.jspecify.annotations.NullMarked;
