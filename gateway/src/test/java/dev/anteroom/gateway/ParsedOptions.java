package dev.anteroom.gateway;

import dev.anteroom.gateway.catalogue.SettingsReader;
import dev.anteroom.gateway.config.GatewaySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Parses options with the real command line of {@code anteroom gateway}, without running it. */
public final class ParsedOptions {
    private ParsedOptions() {}

    /** Returns the settings of some options. */
    public static GatewaySettings settings(List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("gateway"));
        all.addAll(arguments);
        CommandLine program = new CommandLine(new Main(end -> {}));
        GatewayOptions options =
                new GatewayOptions(program.parseArgs(all.toArray(String[]::new)).subcommand());
        SettingsReader reader = SettingsReader.ofOptions(options, GatewayCommand.ONLY_GATE);
        if (options.fault() != null) {
            throw new IllegalArgumentException(options.fault());
        }
        return reader.settings();
    }

    /** Returns the names of all options. */
    public static List<String> names() {
        CommandSpec gateway = new CommandLine(new Main(end -> {}))
                .getSubcommands()
                .get("gateway")
                .getCommandSpec();
        return gateway.options().stream()
                .flatMap(option -> Stream.of(option.names()))
                .toList();
    }

    /** Returns a script for the completion of command lines by bash. */
    public static String bashCompletion() {
        return AutoComplete.bash("anteroom", new CommandLine(new Main(end -> {})));
    }
}
