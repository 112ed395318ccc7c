/// Several sequences decoded together, measured over the engine's steps.
@NullMarked
package dev.railhead.benchmarks.batch;

import org.jspecify.annotations.NullMarked;
