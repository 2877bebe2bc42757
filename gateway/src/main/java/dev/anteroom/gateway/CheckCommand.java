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

/** {@code anteroom check}: reports every fault of a configuration file. */
@Command(
        name = "check",
        description =
                "Checks a configuration file. Exits with 0 if it is valid, else with 2 and a line for each fault.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The file to check, as for anteroom gateway --config.")
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
