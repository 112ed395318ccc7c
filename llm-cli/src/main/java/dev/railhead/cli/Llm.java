package dev.railhead.cli;

import dev.railhead.RailheadException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// The command line as a whole: the subcommands, what errors look like, and exit codes.
@Command(name = "llm", description = "Runs large language models inside the JVM.", synopsisSubcommandLabel = "COMMAND", mixinStandardHelpOptions = true, versionProvider = Llm.Version.class, footer = {
        "",
        "Without -m every command uses the embedded demo model.",
        "Exit codes: 0 done, 1 failure, 2 usage, 130 interrupted."})
final class Llm {
    /// Everything went well.
    static final int DONE = CommandLine.ExitCode.OK;
    /// The command was understood but failed.
    static final int FAILURE = CommandLine.ExitCode.SOFTWARE;
    /// Ctrl-C, as shells report it: 128 + SIGINT.
    static final int INTERRUPTED = 130;

    private Llm() {}

    /// The entry point of the process.
    public static void main(String[] args) {
        Console console = Console.ofProcess();
        int exitCode = execute(console, args);
        console.out().flush();
        console.err().flush();
        System.exit(exitCode);
    }

    private static int execute(Console console, String[] args) {
        try {
            return commandLine(console).execute(args);
        } catch (OutOfMemoryError e) {
            console.err().println("llm: Java's memory is used up (" + e.getMessage()
                    + "): give it more, for example LLM_JAVA_OPTS=-Xmx8g ./llm ...");
        } catch (Error e) {
            console.err().println("llm: " + e + " (unexpected, please report it)");
            e.printStackTrace(console.err());
        }
        return FAILURE;
    }

    /// The parser with all commands, which use the given streams.
    static CommandLine commandLine(Console console) {
        CommandLine line = new CommandLine(new Llm()).addSubcommand(new RunCommand(console))
                .addSubcommand(new ChatCommand(console)).addSubcommand(new BenchCommand(console))
                .addSubcommand(new LogitsCommand(console)).addSubcommand(new TokenizeCommand(console))
                .addSubcommand(new EmbedCommand(console)).addSubcommand(new InspectCommand(console));
        line.getSubcommands().values().forEach(command -> command.addMixin("common", new CommonOptions()));
        line.setOut(console.out());
        line.setErr(console.err());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(Llm::usageError);
        line.setExecutionExceptionHandler(Llm::failure);
        return line;
    }

    private static int usageError(CommandLine.ParameterException e, String[] args) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        e.getCommandLine().getErr().println(
                command.qualifiedName() + ": " + oneLine(e) + " (see '" + command.qualifiedName() + " --help')");
        e.getCommandLine().getErr().flush();
        return CommandLine.ExitCode.USAGE;
    }

    private static int failure(Exception e, CommandLine line, ParseResult parsed) {
        CommandSpec command = line.getCommandSpec();
        boolean verbose = command.findOption("--verbose") != null
                && Boolean.TRUE.equals(command.findOption("--verbose").getValue());
        line.getErr().println(command.qualifiedName() + ": " + message(e));
        if (verbose) {
            e.printStackTrace(line.getErr());
        }
        line.getErr().flush();
        return FAILURE;
    }

    /// What to say about a failure: what a [RailheadException] says is for the operator, anything else is named.
    private static String message(Exception e) {
        return switch (e) {
            case RailheadException _ -> oneLine(e);
            case Failure _ -> oneLine(e);
            case java.nio.file.NoSuchFileException missing -> missing.getFile() + ": no such file or directory";
            case java.io.IOException _ -> e.getClass().getSimpleName() + ": " + oneLine(e);
            default -> e.getClass().getName() + ": " + oneLine(e)
                    + " (unexpected; --verbose shows where, please report it)";
        };
    }

    private static String oneLine(Exception e) {
        return String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    /// The version in the manifest; a development build has none.
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Llm.class.getPackage().getImplementationVersion();
            return new String[]{"llm " + (version == null ? "(development build)" : version)};
        }
    }
}
