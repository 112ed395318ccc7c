/// Model families, one file each, and the shared pieces they are put together from.
@NullMarked
package dev.railhead.core.model;

import org.jspecify.annotations.NullMarked;
