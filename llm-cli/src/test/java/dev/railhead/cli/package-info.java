/// Commands run in this process with captured streams.
@NullMarked
package dev.railhead.cli;

import org.jspecify.annotations.NullMarked;
