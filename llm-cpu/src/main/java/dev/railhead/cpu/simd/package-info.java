/// The width vocabulary: species, tile shapes and small loops over lanes. The only place that knows 128, 256 and 512.
@NullMarked
package dev.railhead.cpu.simd;

import org.jspecify.annotations.NullMarked;
