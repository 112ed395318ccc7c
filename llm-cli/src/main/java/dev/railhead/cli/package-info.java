/// The `llm` command: one class per subcommand, shared options as mixins.
@NullMarked
package dev.railhead.cli;

import org.jspecify.annotations.NullMarked;
