@NullMarked
package dev.railhead.core.session;

import org.jspecify.annotations.NullMarked;
