package dev.anteroom.gateway.catalogue;

import com.google.common.primitives.Ints;
import dev.anteroom.address.AddressRange;
import dev.anteroom.gateway.config.AdmitWhen;
import dev.anteroom.gateway.config.IdentitySettings;
import dev.anteroom.gateway.config.ListenAddress;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.config.TimeLimits;
import dev.anteroom.protocol.HalfClose;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The settings of a listener, except for those of its upstreams. */
public final class ListenerCatalogue {
    static final Scope<ListenerSettings> SCOPE = new Scope<>(Scope.Place.LISTENER);

    private static final int MAX_ACCEPT_RATE = 1_000_000;

    public static final Setting<ListenerSettings, ListenAddress> LISTEN = SCOPE.setting(
                    "listen", ValueType.text("HOST:PORT|inherited", ListenAddress::parse), ListenerSettings::address)
            .required()
            .live()
            .group(Group.ESSENTIALS)
            .example("127.0.0.1:7000")
            .details(
                    "Port 0 takes any free port. `inherited` accepts from the socket that is standard input, as systemd"
                            + " passes one. Whether a listener is inherited cannot change while the gateway runs.")
            .says("Address on which clients connect, or inherited for a socket passed by systemd.");

    public static final Setting<ListenerSettings, String> GATE = SCOPE.setting(
                    "gate", ValueType.NAME, ListenerSettings::gate)
            .required()
            .onlyInFile()
            .group(Group.ESSENTIALS)
            .example("database")
            .says("Name of the gate that admits the connections; several listeners may share one.");

    public static final Setting<ListenerSettings, String> BUSY_MESSAGE = SCOPE.setting(
                    "busy-message", ValueType.text("TEXT", ListenerCatalogue::unescape), ListenerSettings::busyMessage)
            .byDefault("")
            .defaultText("nothing is sent")
            .live()
            .group(Group.WAITING)
            .example("too many connections\\r\\n")
            .says("Text sent to a connection before it is turned away; \\r and \\n end a line.");

    public static final Setting<ListenerSettings, Integer> ACCEPT_RATE = SCOPE.setting(
                    "accept-rate",
                    new ValueType<>(
                            "N/s",
                            ListenerCatalogue::perSecond,
                            rate -> rate + "/s",
                            Map.of("type", "string", "pattern", "^[1-9]\\d*/s$"),
                            List.of()),
                    ListenerSettings::acceptRate)
            .defaultText("no bound")
            .live()
            .group(Group.WAITING)
            .example("50/s")
            .details("A burst is a tenth of a second's worth, and at least one connection.")
            .says("Most connections that a listener accepts per second; others stay in the kernel's backlog.");

    public static final Setting<ListenerSettings, HalfClose> HALF_CLOSE = SCOPE.setting(
                    "half-close",
                    ValueType.words("keep", HalfClose.KEEP, "abandon", HalfClose.ABANDON),
                    ListenerSettings::halfClose)
            .byDefault("abandon")
            .live()
            .group(Group.WAITING)
            .example("abandon")
            .says("Meaning of a waiting client's half-close: keep its place, or abandon it.");

    public static final Setting<ListenerSettings, List<AddressRange>> PROXY_PROTOCOL_FROM = SCOPE.list(
                    "proxy-protocol-from",
                    ValueType.text("CIDR", AddressRange::parse),
                    listener -> listener.identity().proxies())
            .separatedByCommas()
            .defaultText("no proxy is trusted")
            .live()
            .group(Group.CLIENTS)
            .example("10.0.0.1", "fd00::/8")
            .details("The header has version 1 or 2. From other addresses no header is read.")
            .says("Proxies whose connections begin with a PROXY header, which names the client.");

    public static final Setting<ListenerSettings, Duration> IDENTIFY_TIMEOUT = SCOPE.setting(
                    "identify-timeout",
                    ValueType.POSITIVE_DURATION,
                    listener -> listener.identity().timeout())
            .byDefault("3s")
            .live()
            .group(Group.CLIENTS)
            .example("3s")
            .details("Without a complete header the connection is reset; without a complete ClientHello it continues"
                    + " without a server name.")
            .says("Longest time that a PROXY header or a TLS ClientHello may take.");

    public static final Setting<ListenerSettings, AdmitWhen> ADMIT_WHEN = SCOPE.setting(
                    "admit-when",
                    ValueType.words("arrived", AdmitWhen.ARRIVED, "ready", AdmitWhen.READY),
                    listener -> listener.identity().admitWhen())
            .byDefault("arrived")
            .live()
            .group(Group.CLIENTS)
            .example("arrived")
            .details("Use `ready` only for protocols in which the client speaks first.")
            .says("Moment at which a connection enters the gate: when it is accepted, or with its first byte.");

    public static final Setting<ListenerSettings, Duration> READY_TIMEOUT = SCOPE.setting(
                    "ready-timeout",
                    ValueType.POSITIVE_DURATION,
                    listener -> listener.identity().readyTimeout())
            .byDefault("30s")
            .live()
            .group(Group.CLIENTS)
            .example("30s")
            .says("With admit-when ready, longest silence before a connection is closed.");

    public static final Setting<ListenerSettings, Duration> MAX_IDLE = SCOPE.setting(
                    "max-idle",
                    ValueType.DURATION,
                    listener -> listener.timeLimits().idle())
            .byDefault("0s")
            .live()
            .group(Group.TIME_LIMITS)
            .example("1h")
            .details(
                    "Bytes in either direction count. While one side reads more slowly than the other sends, a pause of"
                            + " up to a minute counts as reading.")
            .says("Time after which a served connection without traffic is closed; 0s is unlimited.");

    public static final Setting<ListenerSettings, Duration> MAX_LIFE = SCOPE.setting(
                    "max-life",
                    ValueType.DURATION,
                    listener -> listener.timeLimits().life())
            .byDefault("0s")
            .live()
            .group(Group.TIME_LIMITS)
            .example("24h")
            .says("Time after which a served connection is closed; 0s is unlimited.");

    public static final Setting<ListenerSettings, Duration> CONTENDED_MAX_IDLE = SCOPE.setting(
                    "contended-max-idle",
                    ValueType.DURATION,
                    listener -> listener.timeLimits().contendedIdle())
            .byDefault("0s")
            .live()
            .group(Group.TIME_LIMITS)
            .example("1m")
            .says("Like max-idle, but only while others wait, and for as many connections as wait.");

    public static final Setting<ListenerSettings, Duration> CONTENDED_MAX_LIFE = SCOPE.setting(
                    "contended-max-life",
                    ValueType.DURATION,
                    listener -> listener.timeLimits().contendedLife())
            .byDefault("0s")
            .live()
            .group(Group.TIME_LIMITS)
            .example("0s")
            .details("It cuts open transactions and downloads; `contended-max-idle` does not.")
            .says("Like max-life, but only while others wait, and for as many as wait; cuts open transactions.");

    private ListenerCatalogue() {}

    /** Translates escapes, both on a command line and in a file, where YAML's own escapes may be used as well. */
    private static String unescape(String text) {
        try {
            return text.translateEscapes();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has a \"\\\" that begins no escape; write \\r, \\n, \\t or \\\\", e);
        }
    }

    private static Integer perSecond(String text) {
        Integer rate = text.endsWith("/s") ? Ints.tryParse(text.substring(0, text.length() - 2)) : null;
        if (rate == null || rate < 1 || rate > MAX_ACCEPT_RATE) {
            throw new IllegalArgumentException("\"" + text + "\" is not a rate; write a whole number from 1 to "
                    + MAX_ACCEPT_RATE + " and \"/s\", such as 50/s");
        }
        return rate;
    }

    /**
     * Creates a listener's settings.
     *
     * @param values the address, gate and upstreams, and every other value that differs from its default
     * @return the settings
     */
    public static ListenerSettings settings(Values values) {
        return new ListenerSettings(
                values.get(LISTEN),
                values.get(GATE),
                new IdentitySettings(
                        values.get(PROXY_PROTOCOL_FROM),
                        values.get(IDENTIFY_TIMEOUT),
                        values.get(ADMIT_WHEN),
                        values.get(READY_TIMEOUT)),
                UpstreamCatalogue.settings(values),
                new TimeLimits(
                        values.get(MAX_IDLE),
                        values.get(MAX_LIFE),
                        values.get(CONTENDED_MAX_IDLE),
                        values.get(CONTENDED_MAX_LIFE)),
                values.find(ACCEPT_RATE),
                values.get(HALF_CLOSE),
                values.get(BUSY_MESSAGE));
    }
}
