@NullMarked
package dev.railhead.core.text;

import org.jspecify.annotations.NullMarked;
