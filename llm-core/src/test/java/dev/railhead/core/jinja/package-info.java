@NullMarked
package dev.railhead.core.jinja;

import org.jspecify.annotations.NullMarked;
