/// The Vector API backend: the operations, the worker pool and the driver of the matrix product.
@NullMarked
package dev.railhead.cpu;

import org.jspecify.annotations.NullMarked;
