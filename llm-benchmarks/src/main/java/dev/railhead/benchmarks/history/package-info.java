/// Whether the speed of a test depends on what the JVM ran before it.
@NullMarked
package dev.railhead.benchmarks.history;

import org.jspecify.annotations.NullMarked;
