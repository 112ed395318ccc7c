/// Model files in and out: GGUF, whole or split, and the checkpoints of llama2.c. [dev.railhead.gguf.ModelFiles] opens
/// whatever it is given. Every count, length and offset is checked against the bytes that are there before anything is
/// allocated; damaged files give a [dev.railhead.ModelFormatException] that names file, key or tensor, and byte offset.
@NullMarked
package dev.railhead.gguf;

import org.jspecify.annotations.NullMarked;
