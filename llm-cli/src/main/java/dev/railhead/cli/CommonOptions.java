package dev.railhead.cli;

import picocli.CommandLine.Option;

/// Options of every command; picocli and [Llm] look at them.
@SuppressWarnings("UnusedVariable")
final class CommonOptions {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    private boolean help;

    @Option(names = "--verbose", description = "Show the stack trace of a failure.")
    private boolean verbose;
}
