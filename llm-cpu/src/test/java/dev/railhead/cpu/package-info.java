@NullMarked
package dev.railhead.cpu;

import org.jspecify.annotations.NullMarked;
