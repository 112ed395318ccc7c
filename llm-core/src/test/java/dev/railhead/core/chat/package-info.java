@NullMarked
package dev.railhead.core.chat;

import org.jspecify.annotations.NullMarked;
