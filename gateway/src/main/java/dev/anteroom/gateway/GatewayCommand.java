package dev.anteroom.gateway;

import dev.anteroom.gateway.admin.AdminServer;
import dev.anteroom.gateway.admin.AdminToken;
import dev.anteroom.gateway.config.ConfigException;
import dev.anteroom.gateway.config.ConfigFile;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.config.Transports;
import dev.anteroom.gateway.config.Words;
import dev.anteroom.gateway.fleet.FleetNode;
import dev.anteroom.gateway.proxy.GateFitting;
import dev.anteroom.gateway.proxy.Gateway;
import dev.anteroom.gateway.proxy.StartFailure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code anteroom gateway}: what its options say, put together and run until a signal comes. */
@Command(
        name = "gateway",
        description = "Accepts TCP connections, and passes no more than a limit of them on to a server at once.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        usageHelpAutoWidth = true,
        footer = {"", "DURATION is a whole number and a unit: 500ms, 30s, 2m, 1h."})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GatewayCommand implements Callable<Integer> {
    /** What the one gate of a command line is called. */
    private static final String ONLY = "default";

    /** The options that are not about what a configuration file says. */
    private static final Set<String> BESIDE_CONFIG =
            Set.of("--config", "--admin-token-file", "--access-log", "--record");

    private static final List<String> NOTHING_TO_READ =
            List.of("the settings are those of the command line, and no --class names a file");

    @ParentCommand
    private Main program;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A file that says all this and more, instead of these options; read again on SIGHUP. See"
                    + " anteroom check.")
    private @Nullable Path config;

    @Option(
            names = "--limit",
            paramLabel = "LIMIT",
            converter = LimitExpression.class,
            description =
                    "How many connections the upstream serves at once; required, but for a node of a fleet: a whole"
                            + " number, ramp(min=5, max=50, over=30s), or adaptive(gradient2, min=10, max=500).")
    private @Nullable String limit;

    @Mixin
    private ListenerOptions listener;

    @ArgGroup(exclusive = false)
    private @Nullable FleetOptions fleet;

    @Mixin
    private GateOptions gate;

    @Option(
            names = "--transport",
            paramLabel = "nio|netty",
            converter = TransportName.class,
            description =
                    "What carries the connections (default: netty where it is on the path, but nio if a socket is inherited).")
    private @Nullable String transport;

    @Option(
            names = "--loops",
            paramLabel = "N",
            converter = WholeNumber.Loops.class,
            description = "Event loops (default: one per processor).")
    private @Nullable Integer loops;

    @Option(
            names = "--drain-timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "On SIGTERM: stop accepting, refuse the waiting, let the served finish this long (default"
                    + " ${DEFAULT-VALUE}), exit 0.")
    private Duration drainTimeout;

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description =
                    "Write every connection's arrival, wait and service into a file that simulate --arrivals file:FILE"
                            + " reads.")
    private @Nullable String record;

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT|off",
            defaultValue = "127.0.0.1:7070",
            converter = ListeningOrOff.class,
            description = "Where the gate can be watched and changed over HTTP (default ${DEFAULT-VALUE}).")
    private @Nullable Endpoint admin;

    @Option(
            names = "--admin-token-file",
            paramLabel = "FILE",
            description = "Holds a token that the admin server demands; or it is in the environment, as"
                    + " ANTEROOM_ADMIN_TOKEN. Needed where others can reach it.")
    private @Nullable Path adminTokenFile;

    @Option(
            names = "--access-log",
            paramLabel = "FILE|-",
            description =
                    "Gets a line of JSON for each connection at its end; - is standard output. May be rotated at any"
                            + " time.")
    private @Nullable String accessLog;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        GatewaySettings settings = settings();
        try {
            return serve(settings);
        } catch (StartFailure e) {
            throw e.from(config);
        }
    }

    private int serve(GatewaySettings settings) throws StartFailure, InterruptedException {
        boolean isReloaded = config != null || gate.hasFiles();
        Watchers watchers = Watchers.of(settings.admin() != null, accessLog, record, config != null);
        AdminToken token = AdminToken.find(adminTokenFile);
        CompletableFuture<Supplier<List<String>>> reload = new CompletableFuture<>();
        if (isReloaded || !Boolean.getBoolean("anteroom.terminal")) {
            // From the first moment on, for it would else end the program; what comes too early waits.
            program.onHangUp(() -> sayReloaded(reload.join().get()));
        }
        try (watchers;
                FleetNode node = reachFleet();
                Gateway gateway = openFor(node, settings, watchers);
                AdminServer page = settings.admin() == null
                        ? null
                        : AdminServer.start(
                                settings.admin(),
                                gateway,
                                node,
                                watchers.metrics(),
                                watchers.feed(),
                                token,
                                isReloaded ? new ConfigReload(config, settings, gateway) : null)) {
            reload.complete(isReloaded ? new ConfigReload(config, settings, gateway) : () -> NOTHING_TO_READ);
            CountDownLatch asked = new CountDownLatch(1);
            program.onTermination(asked::countDown);
            PrintWriter out = spec.commandLine().getOut();
            gateway.addresses().forEach(address -> out.println("listening on " + address));
            if (page != null) {
                out.println("admin on http://" + page.address() + "/");
            }
            asked.await();
            sayWhoWasCutOff(gateway.drain(settings.drainTimeout()));
            return ExitCode.OK;
        }
    }

    /** Before the gateway listens: what is wrong with the fleet's Redis is to be told at once. */
    private @Nullable FleetNode reachFleet() throws StartFailure {
        try {
            return fleet == null ? null : FleetNode.reach(fleet.settings());
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Gateway openFor(@Nullable FleetNode node, GatewaySettings settings, Watchers watchers) throws StartFailure {
        Gateway gateway = Gateway.open(settings, fitting(watchers), watchers);
        if (node == null) {
            return gateway;
        }
        try {
            node.join(gateway.gates().get(0).gate(), gateway.addresses().get(0));
            watchers.metrics().fleet(node.limit()::status);
            return gateway;
        } catch (IllegalArgumentException | IllegalStateException e) {
            gateway.close();
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** A node of a fleet has no slots until they are lent to it. */
    private GateFitting fitting(GateFitting watchers) {
        return fleet == null
                ? watchers
                : (name, gate) -> {
                    watchers.fit(name, gate);
                    gate.limit(0);
                };
    }

    /** The slots to begin with. */
    private String slots() {
        if (fleet != null && limit != null) {
            throw new ParameterException(
                    spec.commandLine(), "--limit does not go with --fleet: the limit is the fleet's, --fleet-limit");
        } else if (fleet == null && limit == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--limit=LIMIT'");
        }
        return limit == null ? "1" : limit; // a node of a fleet begins without: see fitting
    }

    private void sayReloaded(List<String> faults) {
        PrintWriter err = spec.commandLine().getErr();
        faults.forEach(fault -> err.println("anteroom: not reloaded: " + fault));
        if (faults.isEmpty()) {
            err.println("anteroom: reloaded " + (config == null ? "the files of --class" : config));
        }
    }

    private GatewaySettings settings() {
        if (config == null) {
            return settingsOfOptions();
        }
        spec.commandLine().getParseResult().matchedOptions().stream()
                .map(OptionSpec::longestName)
                .filter(name -> !BESIDE_CONFIG.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new ParameterException(
                            spec.commandLine(), name + " does not go with --config; write it into the file");
                });
        try {
            return ConfigFile.read(config);
        } catch (ConfigException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private GatewaySettings settingsOfOptions() {
        if (!listener.isComplete()) {
            throw new ParameterException(
                    spec.commandLine(), "--listen, --upstream and --limit are needed, all three, or --config");
        }
        try {
            return new GatewaySettings(
                    List.of(gate.settings(ONLY, slots())),
                    List.of(listener.settings(ONLY)),
                    transport,
                    loops,
                    drainTimeout,
                    admin);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void sayWhoWasCutOff(int connections) {
        if (connections > 0) {
            spec.commandLine()
                    .getErr()
                    .println("anteroom: the drain timeout has passed; connections cut off: " + connections);
        }
    }

    /** An address of this machine, or null for none. */
    private static final class ListeningOrOff implements ITypeConverter<@Nullable Endpoint> {
        @Override
        public @Nullable Endpoint convert(String text) {
            return Words.endpointOrOff(text);
        }
    }

    /** What makes a limit. */
    private static final class LimitExpression implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return Words.limit(text);
        }
    }

    private static final class TransportName implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return Transports.named(text).name();
        }
    }
}
