package dev.anteroom.gateway;

import dev.anteroom.gateway.config.AddressRange;
import dev.anteroom.gateway.config.AdmitWhen;
import dev.anteroom.gateway.config.HealthSettings;
import dev.anteroom.gateway.config.IdentitySettings;
import dev.anteroom.gateway.config.ListenAddress;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.config.TimeLimits;
import dev.anteroom.gateway.config.UpstreamSettings;
import dev.anteroom.gateway.config.Words;
import dev.anteroom.gateway.identity.ProxyVersion;
import dev.anteroom.protocol.HalfClose;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** What the one listener of a command line is, and what is behind it. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ListenerOptions {
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
            names = "--send-proxy",
            paramLabel = "v1|v2",
            converter = ProxyVersionName.class,
            description =
                    "The upstream is told who the client is by a PROXY header of this version (default: it is not).")
    private @Nullable ProxyVersion sendProxy;

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
            names = "--busy-message",
            paramLabel = "TEXT",
            defaultValue = "",
            converter = Escaped.class,
            description = "Sent to a connection before it is refused; \\r and \\n stand for the end of a line.")
    private String busyMessage;

    /** Whether it is said where clients come from and go to. */
    boolean isComplete() {
        return listen != null && !upstreams.isEmpty();
    }

    /** What they say, of a listener before a gate. */
    ListenerSettings settings(String gate) {
        IdentitySettings identity = new IdentitySettings(proxies, identifyTimeout, admitWhen, readyTimeout);
        HealthSettings health =
                healthCheck.isZero() ? null : new HealthSettings(healthCheck, HealthSettings.RISE, HealthSettings.FALL);
        TimeLimits timeLimits = new TimeLimits(maxIdle, maxLife, contendedMaxIdle, contendedMaxLife);
        return new ListenerSettings(
                Objects.requireNonNull(listen),
                gate,
                identity,
                upstreams,
                connectTimeout,
                sendProxy,
                health,
                upstreamWait,
                timeLimits,
                halfClose,
                busyMessage);
    }

    /** An address of this machine. */
    private static final class Listening implements ITypeConverter<ListenAddress> {
        @Override
        public ListenAddress convert(String text) {
            return ListenAddress.parse(text);
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
