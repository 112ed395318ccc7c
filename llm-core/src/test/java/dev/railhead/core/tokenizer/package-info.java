@NullMarked
package dev.railhead.core.tokenizer;

import org.jspecify.annotations.NullMarked;
