/// The chat templates of a model.
@NullMarked
package dev.railhead.core.chat;

import org.jspecify.annotations.NullMarked;
