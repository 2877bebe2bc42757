package dev.anteroom.gateway;

import dev.anteroom.gateway.catalogue.ConfigException;
import dev.anteroom.gateway.catalogue.ConfigFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code anteroom check}: all that is wrong with a configuration file. */
@Command(
        name = "check",
        description =
                "Says what is wrong with a configuration file: a line for each fault, and exit 2; nothing, and exit 0.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "What anteroom gateway --config would run.")
    private Path file;

    @Override
    public Integer call() {
        try {
            ConfigFile.read(file);
            return ExitCode.OK;
        } catch (ConfigException e) {
            e.lines().forEach(spec.commandLine().getErr()::println);
            return ExitCode.USAGE;
        }
    }
}
