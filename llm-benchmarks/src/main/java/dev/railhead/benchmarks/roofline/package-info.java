/// How near the kernels come to what the machine can do: the speed at which it reads memory and multiplies floats, and the
/// matrix product of every weight type beside them, measured in one run. Needs no JMH, so that the `llm` command can use
/// it.
@NullMarked
package dev.railhead.benchmarks.roofline;

import org.jspecify.annotations.NullMarked;
