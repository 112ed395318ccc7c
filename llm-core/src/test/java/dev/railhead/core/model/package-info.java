@NullMarked
package dev.railhead.core.model;

import org.jspecify.annotations.NullMarked;
