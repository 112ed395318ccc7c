/// What the tests of this and other modules build models with.
@NullMarked
package dev.railhead.gguf.testing;

import org.jspecify.annotations.NullMarked;
