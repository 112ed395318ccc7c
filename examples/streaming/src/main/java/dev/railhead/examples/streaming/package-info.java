/// An example to copy from.
@NullMarked
package dev.railhead.examples.streaming;

import org.jspecify.annotations.NullMarked;
