@NullMarked
package dev.railhead.cpu.simd;

import org.jspecify.annotations.NullMarked;
