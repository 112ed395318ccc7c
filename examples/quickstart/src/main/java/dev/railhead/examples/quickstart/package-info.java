/// An example to copy from.
@NullMarked
package dev.railhead.examples.quickstart;

import org.jspecify.annotations.NullMarked;
