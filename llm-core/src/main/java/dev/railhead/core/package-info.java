/// The engine: what `llm-api` finds through its service.
@NullMarked
package dev.railhead.core;

import org.jspecify.annotations.NullMarked;
