package dev.anteroom.gateway.catalogue;

import dev.anteroom.expression.Durations;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.Numbers;
import dev.anteroom.gateway.config.ProcessSettings;
import dev.anteroom.gateway.config.Transports;
import dev.anteroom.protocol.KeepAlive;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of the process. */
public final class ProcessCatalogue {
    static final Scope<ProcessSettings> SCOPE = new Scope<>(Scope.Place.TOP);

    private static final int MAX_LOOPS = 1024;
    private static final int MAX_PROBES = 127;
    private static final int MAX_SECONDS = 32_767;
    private static final ValueType<Optional<Endpoint>> ADDRESS_OR_OFF = new ValueType<>(
            "HOST:PORT|off",
            text -> text.equals("off") ? Optional.empty() : Optional.of(Endpoint.parse(text)),
            address -> address.map(Endpoint::toString).orElse("off"),
            ValueType.NAME.schema(),
            List.of());

    public static final Setting<ProcessSettings, Optional<Endpoint>> ADMIN = SCOPE.setting(
                    "admin", ADDRESS_OR_OFF, process -> Optional.ofNullable(process.admin()))
            .byDefault("127.0.0.1:7070")
            .group(Group.OPERATION)
            .example("127.0.0.1:7070")
            .details("The live page, the API and the metrics. An address that other machines can reach needs a token.")
            .says("Address of the admin server, which shows and changes the gates over HTTP.");

    public static final Setting<ProcessSettings, Path> ADMIN_TOKEN_FILE = SCOPE.setting(
                    "admin-token-file", ValueType.FILE, ProcessSettings::adminTokenFile)
            .defaultText("the environment variable ANTEROOM_ADMIN_TOKEN")
            .group(Group.OPERATION)
            .besideFile()
            .says("File with the token of the admin server; required if other machines can reach the server.");

    public static final Setting<ProcessSettings, Duration> DRAIN_TIMEOUT = SCOPE.setting(
                    "drain-timeout", ValueType.DURATION, ProcessSettings::drainTimeout)
            .byDefault("30s")
            .group(Group.OPERATION)
            .example("30s")
            .details(
                    "On SIGTERM the gateway stops accepting and refuses the waiting connections. It then exits with 0.")
            .says("Longest time that served connections may take to finish after SIGTERM.");

    public static final Setting<ProcessSettings, String> TRANSPORT = SCOPE.setting(
                    "transport",
                    ValueType.<String>text(
                            "NAME", name -> Transports.named(name).name()),
                    ProcessSettings::transport)
            .defaultText("netty if present; nio for an inherited socket")
            .group(Group.OPERATION)
            .example("netty")
            .says("Transport that carries the connections: nio or netty.");

    public static final Setting<ProcessSettings, Integer> LOOPS = SCOPE.setting(
                    "loops", ValueType.wholeNumber(1, MAX_LOOPS), ProcessSettings::loops)
            .defaultText("one per processor")
            .group(Group.OPERATION)
            .example("2")
            .says("Number of event loops.");

    public static final Setting<ProcessSettings, KeepAlive> KEEP_ALIVE = SCOPE.setting(
                    "keep-alive",
                    new ValueType<>(
                            "IDLE/INTERVAL/N|off",
                            ProcessCatalogue::keepAlive,
                            ProcessCatalogue::print,
                            ValueType.NAME.schema(),
                            List.of()),
                    ProcessSettings::keepAlive)
            .byDefault("60s/15s/4")
            .group(Group.OPERATION)
            .example("60s/15s/4")
            .details("It detects clients and upstreams that vanished without closing. IDLE and INTERVAL are from 1s to"
                    + " 32767s, and N is from 1 to 127.")
            .says("TCP keep-alive: probe after IDLE of silence, then every INTERVAL; give up after N probes.");

    public static final Setting<ProcessSettings, Duration> RESOLVE_INTERVAL = SCOPE.setting(
                    "resolve-interval", ValueType.DURATION, ProcessSettings::resolveInterval)
            .byDefault("30s")
            .live()
            .group(Group.UPSTREAMS)
            .example("30s")
            .details("All addresses of a name are used. Connections to an address that has gone live on, and a name"
                    + " that cannot be looked up keeps its addresses. No connection waits for a lookup.")
            .says("Time between two lookups of the names of upstreams; with 0s only a reload looks them up.");

    private ProcessCatalogue() {}

    private static KeepAlive keepAlive(String text) {
        if (text.equals("off")) {
            return KeepAlive.OFF;
        }
        String[] parts = text.split("/", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException(
                    "must be IDLE/INTERVAL/N, such as 60s/15s/4, or off, was \"" + text + "\"");
        }
        int probes = Numbers.parse(parts[2], 1, MAX_PROBES);
        return new KeepAlive(seconds(parts[0]), seconds(parts[1]), probes);
    }

    private static Duration seconds(String text) {
        Duration duration = Durations.parse(text);
        if (duration.toMillis() % 1_000 != 0 || duration.isZero() || duration.toSeconds() > MAX_SECONDS) {
            throw new IllegalArgumentException(
                    "must be whole seconds from 1s to " + MAX_SECONDS + "s, was \"" + text + "\"");
        }
        return duration;
    }

    private static String print(KeepAlive keepAlive) {
        return keepAlive.isOn()
                ? ValueType.DURATION.printer().apply(keepAlive.idle()) + "/"
                        + ValueType.DURATION.printer().apply(keepAlive.interval()) + "/" + keepAlive.probes()
                : "off";
    }

    static ProcessSettings settings(Values values) {
        return new ProcessSettings(
                values.find(TRANSPORT),
                values.find(LOOPS),
                values.get(DRAIN_TIMEOUT),
                values.get(ADMIN).orElse(null),
                values.find(ADMIN_TOKEN_FILE),
                values.get(KEEP_ALIVE),
                values.get(RESOLVE_INTERVAL));
    }
}
