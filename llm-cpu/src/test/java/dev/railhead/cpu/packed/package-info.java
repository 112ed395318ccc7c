@NullMarked
package dev.railhead.cpu.packed;

import org.jspecify.annotations.NullMarked;
