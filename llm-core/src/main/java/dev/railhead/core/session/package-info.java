/// Models and sessions: the step, the KV pages, prefill and decode, generation and its lifecycle.
@NullMarked
package dev.railhead.core.session;

import org.jspecify.annotations.NullMarked;
