/// The embedded demo model.
@NullMarked
package dev.railhead.demo;

import org.jspecify.annotations.NullMarked;
