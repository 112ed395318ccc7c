/// A Spring Boot application around one model, to copy from.
@NullMarked
package dev.railhead.examples.spring;

import org.jspecify.annotations.NullMarked;
