/// A generator of models with random weights and the shapes of well-known ones: for measuring speed and memory without
/// a download.
@NullMarked
package dev.railhead.benchmarks.models;

import org.jspecify.annotations.NullMarked;
