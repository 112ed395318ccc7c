/// How fast texts become tokens.
@NullMarked
package dev.railhead.benchmarks.tokenizer;

import org.jspecify.annotations.NullMarked;
