package dev.anteroom.gateway;

import dev.anteroom.gateway.admin.AdminServer;
import dev.anteroom.gateway.admin.AdminToken;
import dev.anteroom.gateway.config.AddressList;
import dev.anteroom.gateway.config.AddressRange;
import dev.anteroom.gateway.config.AdmitWhen;
import dev.anteroom.gateway.config.ConfigException;
import dev.anteroom.gateway.config.ConfigFile;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.GateSettings;
import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.config.HealthSettings;
import dev.anteroom.gateway.config.IdentitySettings;
import dev.anteroom.gateway.config.ListenAddress;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.config.PriorityRule;
import dev.anteroom.gateway.config.TimeLimits;
import dev.anteroom.gateway.config.Transports;
import dev.anteroom.gateway.config.UpstreamSettings;
import dev.anteroom.gateway.config.WhenFull;
import dev.anteroom.gateway.config.Words;
import dev.anteroom.gateway.fleet.FleetNode;
import dev.anteroom.gateway.identity.ProxyVersion;
import dev.anteroom.gateway.proxy.GateFitting;
import dev.anteroom.gateway.proxy.Gateway;
import dev.anteroom.gateway.proxy.StartFailure;
import dev.anteroom.protocol.HalfClose;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
            names = "--listen",
            paramLabel = "HOST:PORT|inherited",
            converter = Listening.class,
            description =
                    "Where clients connect; port 0 takes any that is free. inherited accepts from the socket that is"
                            + " standard input, as systemd passes one.")
    private @Nullable ListenAddress listen;

    @Option(
            names = "--upstream",
            paramLabel = "HOST:PORT[=N]",
            description =
                    "The server they are passed on to, and at most N at once. May be repeated: the one with the least"
                            + " connections is taken, and another if it fails. A name is resolved once, at the start.")
    private List<UpstreamSettings> upstreams = new ArrayList<>();

    @Option(
            names = "--health-check",
            paramLabel = "DURATION",
            defaultValue = "0s",
            description =
                    "How often each upstream is connected to, to see whether it is up (default ${DEFAULT-VALUE}:"
                            + " never). While none is up the admitted are held as --upstream-wait says, and nobody is turned away.")
    private Duration healthCheck;

    @Option(
            names = "--upstream-wait",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description =
                    "The longest that an admitted connection is held for an upstream to be up again, or to have room"
                            + " by its own limit (default ${DEFAULT-VALUE}; 0s closes it at once).")
    private Duration upstreamWait;

    @Option(
            names = "--connect-timeout",
            paramLabel = "DURATION",
            defaultValue = "5s",
            converter = PositiveDuration.class,
            description = "The longest that it may take to connect to an upstream (default ${DEFAULT-VALUE}).")
    private Duration connectTimeout;

    @Option(
            names = "--max-idle",
            paramLabel = "DURATION",
            defaultValue = "0s",
            description =
                    "A served connection is closed when no byte has come either way for this long (default: never).")
    private Duration maxIdle;

    @Option(
            names = "--max-life",
            paramLabel = "DURATION",
            defaultValue = "0s",
            description = "A served connection is closed after this long (default: never).")
    private Duration maxLife;

    @Option(
            names = "--contended-max-idle",
            paramLabel = "DURATION",
            defaultValue = "0s",
            description = "As --max-idle, but only while others wait, and only as many connections as wait.")
    private Duration contendedMaxIdle;

    @Option(
            names = "--contended-max-life",
            paramLabel = "DURATION",
            defaultValue = "0s",
            description = "As --max-life, but only while others wait, and only as many connections as wait.")
    private Duration contendedMaxLife;

    @Option(
            names = "--limit",
            paramLabel = "LIMIT",
            converter = LimitExpression.class,
            description =
                    "How many connections the upstream serves at once; required, but for a node of a fleet: a whole"
                            + " number, ramp(min=5, max=50, over=30s), or adaptive(gradient2, min=10, max=500).")
    private @Nullable String limit;

    @ArgGroup(exclusive = false)
    private @Nullable FleetOptions fleet;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            defaultValue = "fifo",
            converter = PolicyExpression.class,
            description =
                    "The order in which the others are admitted: fifo (default), lifo, priority, priority(ageing=10s),"
                            + " or any policy on the class path.")
    private String policy;

    @Option(
            names = "--max-waiting",
            paramLabel = "N",
            defaultValue = "10000",
            converter = WholeNumber.Places.class,
            description = "Places in the waiting room (default ${DEFAULT-VALUE}; 0 refuses at once over the limit).")
    private int maxWaiting;

    @Option(
            names = "--when-full",
            paramLabel = "refuse|hold",
            defaultValue = "refuse",
            converter = WhenFullName.class,
            description =
                    "What becomes of newcomers when all places are taken: they are refused (default), or not accepted,"
                            + " so that the kernel's backlog holds them.")
    private WhenFull whenFull;

    @Option(
            names = "--max-wait",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "The longest wait (default ${DEFAULT-VALUE}; 0s is for ever).")
    private Duration maxWait;

    @Option(
            names = "--max-arriving",
            paramLabel = "N",
            defaultValue = "10000",
            converter = WholeNumber.Connections.class,
            description =
                    "Connections that are accepted and have not come to the gate yet, because a header, a hello or"
                            + " their first byte is awaited (default ${DEFAULT-VALUE}); beyond it the eldest of them is closed.")
    private int maxArriving;

    @Option(
            names = "--max-per-source",
            paramLabel = "N",
            converter = WholeNumber.Connections.class,
            description = "Connections that one source address may hold, served and waiting (default: no cap).")
    private @Nullable Integer maxPerSource;

    @Option(
            names = "--class",
            paramLabel = "WHO=N",
            description =
                    "Connections of WHO are of priority class N, 0 the most urgent; may be repeated, the first match"
                            + " counts; else 10. WHO is a CIDR, file:FILE with a CIDR a line (read again on SIGHUP), or sni:NAME or"
                            + " sni:*.SUFFIX, the server name that TLS clients ask for.")
    private List<PriorityRule> rules = new ArrayList<>();

    @Option(
            names = "--half-close",
            paramLabel = "keep|abandon",
            defaultValue = "abandon",
            converter = HalfCloseName.class,
            description = "What a waiting client does that shuts down its sending side: keep its place, or abandon it"
                    + " (default).")
    private HalfClose halfClose;

    @Option(
            names = "--proxy-protocol-from",
            paramLabel = "CIDR",
            split = ",",
            description =
                    "Connections from here begin with a PROXY header, version 1 or 2, which says who the client is; may"
                            + " be repeated. All others are taken as they are.")
    private List<AddressRange> proxies = new ArrayList<>();

    @Option(
            names = "--send-proxy",
            paramLabel = "v1|v2",
            converter = ProxyVersionName.class,
            description =
                    "The upstream is told who the client is by a PROXY header of this version (default: it is not).")
    private @Nullable ProxyVersion sendProxy;

    @Option(
            names = "--identify-timeout",
            paramLabel = "DURATION",
            defaultValue = "3s",
            converter = PositiveDuration.class,
            description =
                    "The longest that a PROXY header may take, after which its connection is reset, and the ClientHello"
                            + " of TLS, after which the connection goes without a name (default ${DEFAULT-VALUE}).")
    private Duration identifyTimeout;

    @Option(
            names = "--admit-when",
            paramLabel = "arrived|ready",
            defaultValue = "arrived",
            converter = AdmitWhenName.class,
            description =
                    "When a connection comes to the gate: at once (default), or with its first byte, for protocols in"
                            + " which the client speaks first.")
    private AdmitWhen admitWhen;

    @Option(
            names = "--ready-timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            converter = PositiveDuration.class,
            description =
                    "With --admit-when ready, the longest that a connection may be silent before it is closed (default"
                            + " ${DEFAULT-VALUE}).")
    private Duration readyTimeout;

    @Option(
            names = "--transport",
            paramLabel = "nio|netty",
            converter = TransportName.class,
            description = "What carries the connections (default: netty where it is on the path).")
    private @Nullable String transport;

    @Option(
            names = "--loops",
            paramLabel = "N",
            converter = WholeNumber.Loops.class,
            description = "Event loops (default: one per processor).")
    private @Nullable Integer loops;

    @Option(
            names = "--busy-message",
            paramLabel = "TEXT",
            defaultValue = "",
            converter = Escaped.class,
            description = "Sent to a connection before it is refused; \\r and \\n stand for the end of a line.")
    private String busyMessage;

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
        boolean isReloaded = config != null || rules.stream().anyMatch(rule -> rule.clients() instanceof AddressList);
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
        if (listen == null || upstreams.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--listen, --upstream and --limit are needed, all three, or --config");
        }
        if (whenFull == WhenFull.HOLD && maxWaiting == 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--when-full hold needs a waiting place: --max-waiting must be at least 1, was \"0\"");
        }
        GateSettings gate = new GateSettings(
                ONLY, slots(), policy, maxWaiting, whenFull, maxWait, maxArriving, maxPerSource, rules);
        IdentitySettings identity = new IdentitySettings(proxies, identifyTimeout, admitWhen, readyTimeout);
        HealthSettings health =
                healthCheck.isZero() ? null : new HealthSettings(healthCheck, HealthSettings.RISE, HealthSettings.FALL);
        TimeLimits timeLimits = new TimeLimits(maxIdle, maxLife, contendedMaxIdle, contendedMaxLife);
        ListenerSettings listener = new ListenerSettings(
                listen,
                ONLY,
                identity,
                upstreams,
                connectTimeout,
                sendProxy,
                health,
                upstreamWait,
                timeLimits,
                halfClose,
                busyMessage);
        return new GatewaySettings(List.of(gate), List.of(listener), transport, loops, drainTimeout, admin);
    }

    private void sayWhoWasCutOff(int connections) {
        if (connections > 0) {
            spec.commandLine()
                    .getErr()
                    .println("anteroom: the drain timeout has passed; connections cut off: " + connections);
        }
    }

    /** An address of this machine. */
    private static final class Listening implements ITypeConverter<ListenAddress> {
        @Override
        public ListenAddress convert(String text) {
            return ListenAddress.parse(text);
        }
    }

    /** An address of this machine, or null for none. */
    private static final class ListeningOrOff implements ITypeConverter<@Nullable Endpoint> {
        @Override
        public @Nullable Endpoint convert(String text) {
            return Words.endpointOrOff(text);
        }
    }

    /** What makes a policy. */
    private static final class PolicyExpression implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return Words.policy(text);
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

    private static final class WhenFullName implements ITypeConverter<WhenFull> {
        @Override
        public WhenFull convert(String text) {
            return Words.whenFull(text);
        }
    }

    private static final class ProxyVersionName implements ITypeConverter<ProxyVersion> {
        @Override
        public ProxyVersion convert(String text) {
            return Words.proxyVersion(text);
        }
    }

    private static final class AdmitWhenName implements ITypeConverter<AdmitWhen> {
        @Override
        public AdmitWhen convert(String text) {
            return Words.admitWhen(text);
        }
    }

    private static final class PositiveDuration implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Words.positive(text);
        }
    }

    private static final class HalfCloseName implements ITypeConverter<HalfClose> {
        @Override
        public HalfClose convert(String text) {
            return Words.halfClose(text);
        }
    }

    /** Text with Java's escapes. */
    private static final class Escaped implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            try {
                return text.translateEscapes();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" has a \"\\\" that begins no escape; write \\r, \\n, \\t or \\\\", e);
            }
        }
    }
}
