/// Work on the generated text.
@NullMarked
package dev.railhead.core.text;

import org.jspecify.annotations.NullMarked;
