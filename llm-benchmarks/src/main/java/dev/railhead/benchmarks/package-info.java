/// Benchmarks: kernels, roofline, history, batches, and the models they need. What several of them share is here.
@NullMarked
package dev.railhead.benchmarks;

import org.jspecify.annotations.NullMarked;
