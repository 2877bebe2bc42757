package dev.anteroom.gateway;

import dev.anteroom.gateway.admin.AdminServer;
import dev.anteroom.gateway.admin.AdminToken;
import dev.anteroom.gateway.catalogue.ConfigException;
import dev.anteroom.gateway.catalogue.ConfigFile;
import dev.anteroom.gateway.catalogue.SettingsReader;
import dev.anteroom.gateway.config.FleetSettings;
import dev.anteroom.gateway.config.GateSettings;
import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.config.NameLookup;
import dev.anteroom.gateway.config.ProcessSettings;
import dev.anteroom.gateway.fleet.FleetNode;
import dev.anteroom.gateway.proxy.Gateway;
import dev.anteroom.gateway.proxy.StartFailure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code anteroom gateway}: runs a gateway with the settings of its options or of a file, until a signal arrives. */
@Command(
        name = "gateway",
        description = "Accepts TCP connections, and passes no more of them to a server at once than a limit allows.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        sortSynopsis = false,
        usageHelpAutoWidth = true,
        customSynopsis = {
            "anteroom gateway --listen HOST:PORT --upstream HOST:PORT --limit LIMIT",
            "                        [OPTIONS]",
            "       anteroom gateway --config FILE [OPTIONS]"
        },
        modelTransformer = GatewayOptions.Model.class,
        footer = {
            "",
            "DURATION is a whole number and a unit: 500ms, 30s, 2m, 1h.",
            "For details see docs/settings.md or man anteroom."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GatewayCommand implements Callable<Integer> {
    /** The name of the only gate of a command line. */
    static final String ONLY_GATE = "default";

    private static final List<String> NOTHING_TO_READ =
            List.of("there is no configuration file, and no --class names a file");

    @ParentCommand
    private Main program;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        GatewayOptions options = new GatewayOptions(spec.commandLine().getParseResult());
        GatewaySettings settings = settings(options);
        try {
            return serve(options, settings);
        } catch (StartFailure e) {
            throw e.from(options.config());
        }
    }

    private int serve(GatewayOptions options, GatewaySettings settings) throws StartFailure, InterruptedException {
        Path config = options.config();
        ProcessSettings process = settings.process();
        boolean isReloaded = config != null || settings.gates().stream().anyMatch(GateSettings::hasFiles);
        Watchers watchers = Watchers.of(process.admin() != null, settings.logs(), config != null);
        AdminToken token = AdminToken.find(process.adminTokenFile());
        CompletableFuture<Supplier<List<String>>> reload = new CompletableFuture<>();
        if (isReloaded || !Boolean.getBoolean("anteroom.terminal")) {
            // Installed first, because SIGHUP would otherwise end the program. An early reload waits for the gateway.
            program.onHangUp(() -> reportReload(config, reload.join().get()));
        }
        program.onUser1(() -> reportReopening(watchers.reopen()));
        try (watchers;
                FleetNode node = reachFleet(settings.fleet());
                Gateway gateway = openFor(node, settings, watchers);
                AdminServer page = process.admin() == null
                        ? null
                        : AdminServer.start(
                                process.admin(),
                                gateway,
                                node,
                                watchers.metrics(),
                                watchers.feed(),
                                token,
                                isReloaded ? new ConfigReload(options, settings, gateway) : null)) {
            reload.complete(isReloaded ? new ConfigReload(options, settings, gateway) : () -> NOTHING_TO_READ);
            CountDownLatch termination = new CountDownLatch(1);
            program.onTermination(termination::countDown);
            PrintWriter out = spec.commandLine().getOut();
            gateway.addresses().forEach(address -> out.println("listening on " + address));
            if (page != null) {
                out.println("admin on http://" + page.address() + "/");
            }
            termination.await();
            reportCutOff(gateway.drain(process.drainTimeout()));
            return ExitCode.OK;
        }
    }

    /** Connects to the fleet's Redis before the gateway listens, so that its faults are reported at once. */
    private @Nullable FleetNode reachFleet(@Nullable FleetSettings fleet) throws StartFailure {
        try {
            return fleet == null ? null : FleetNode.reach(fleet);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw badUsage(e);
        }
    }

    private Gateway openFor(@Nullable FleetNode node, GatewaySettings settings, Watchers watchers) throws StartFailure {
        Gateway gateway = Gateway.open(settings, watchers);
        if (node == null) {
            return gateway;
        }
        try {
            node.join(gateway.gateOfFleet(), gateway.addresses().get(0));
            watchers.metrics().fleet(node.limit()::status);
            return gateway;
        } catch (IllegalArgumentException | IllegalStateException e) {
            gateway.close();
            throw badUsage(e);
        }
    }

    private void reportReopening(boolean hasLog) {
        spec.commandLine()
                .getErr()
                .println("anteroom: " + (hasLog ? "reopened the logs" : "there is no log to reopen"));
    }

    private void reportReload(@Nullable Path config, List<String> faults) {
        PrintWriter err = spec.commandLine().getErr();
        faults.forEach(fault -> err.println("anteroom: not reloaded: " + fault));
        if (faults.isEmpty()) {
            err.println("anteroom: reloaded " + (config == null ? "the files of --class" : config));
        }
    }

    private GatewaySettings settings(GatewayOptions options) {
        Path config = options.config();
        if (config == null) {
            SettingsReader reader = SettingsReader.ofOptions(options, ONLY_GATE);
            failOn(options.fault());
            return reader.settings();
        }
        String misplaced = options.firstThatBelongsInFile();
        failOn(
                misplaced == null
                        ? null
                        : "--" + misplaced + " cannot be combined with --config; set it in the file, as \"" + misplaced
                                + "\"");
        try {
            GatewaySettings settings = ConfigFile.read(config, options, NameLookup.SYSTEM);
            failOn(options.fault());
            return settings;
        } catch (ConfigException e) {
            throw badUsage(e);
        }
    }

    private void failOn(@Nullable String fault) {
        if (fault != null) {
            throw new ParameterException(spec.commandLine(), fault);
        }
    }

    private ParameterException badUsage(Exception e) {
        return new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }

    private void reportCutOff(int connections) {
        if (connections > 0) {
            spec.commandLine()
                    .getErr()
                    .println("anteroom: the drain timeout has passed; connections cut off: " + connections);
        }
    }
}
