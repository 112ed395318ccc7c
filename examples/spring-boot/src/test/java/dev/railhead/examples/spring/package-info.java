/// Calls the application over HTTP.
@NullMarked
package dev.railhead.examples.spring;

import org.jspecify.annotations.NullMarked;
