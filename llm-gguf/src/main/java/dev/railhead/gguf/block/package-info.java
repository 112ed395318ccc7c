/// The weight types: one file each, holding the layout of its blocks, its decoder and a plain quantizer.
/// [dev.railhead.gguf.block.WeightTypes] lists them.
@NullMarked
package dev.railhead.gguf.block;

import org.jspecify.annotations.NullMarked;
