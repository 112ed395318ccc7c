@NullMarked
package dev.railhead.core.reference;

import org.jspecify.annotations.NullMarked;
