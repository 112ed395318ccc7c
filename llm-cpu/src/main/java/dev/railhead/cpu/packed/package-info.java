/// Weight matrices in the forms the kernels read: one file per form with its layout, decode loop and unpacking.
@NullMarked
package dev.railhead.cpu.packed;

import org.jspecify.annotations.NullMarked;
