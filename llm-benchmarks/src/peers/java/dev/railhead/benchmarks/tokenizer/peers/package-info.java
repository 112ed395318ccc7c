/// Speed of tokenizers beside that of others, which only this source folder depends on.
@NullMarked
package dev.railhead.benchmarks.tokenizer.peers;

import org.jspecify.annotations.NullMarked;
