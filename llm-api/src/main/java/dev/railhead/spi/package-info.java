/// What a new backend, weight type or file format implements. Applications don't need it. The arithmetic that every
/// backend must follow to the last bit is written down in `docs/arithmetic.md`.
@NullMarked
package dev.railhead.spi;

import org.jspecify.annotations.NullMarked;
