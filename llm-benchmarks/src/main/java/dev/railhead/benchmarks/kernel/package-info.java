/// JMH benchmarks of the kernels, one for each weight type.
@NullMarked
package dev.railhead.benchmarks.kernel;

import org.jspecify.annotations.NullMarked;
