package dev.anteroom.gateway.catalogue;

import com.google.common.primitives.Ints;
import dev.anteroom.address.SourcePrefix;
import dev.anteroom.address.Visible;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.config.GateSettings;
import dev.anteroom.gateway.config.PriorityRule;
import dev.anteroom.gateway.config.WhenFull;
import dev.anteroom.limits.Limits;
import dev.anteroom.scheduler.Policies;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The settings of a gate. */
public final class GateCatalogue {
    static final Scope<GateSettings> SCOPE = new Scope<>(Scope.Place.GATE);

    private static final ValueType<Integer> CONNECTIONS = ValueType.wholeNumber(1, Integer.MAX_VALUE);

    public static final Setting<GateSettings, String> LIMIT = SCOPE.setting(
                    "limit",
                    ValueType.textOrNumber("LIMIT", text -> {
                        Limits.parse(text);
                        return text;
                    }),
                    GateSettings::limit)
            .live()
            .group(Group.ESSENTIALS)
            .example("20")
            .details("A whole number, or a [limit that moves](limits.md): `ramp(min=5, max=50, over=30s)`,"
                    + " `adaptive(min=10, max=500)`. Leave it out if a fleet lends the limit.")
            .says("Most connections served at once: a number, or a limit that moves.");

    public static final Setting<GateSettings, String> POLICY = SCOPE.setting(
                    "policy",
                    ValueType.<String>text("NAME", text -> {
                        Policies.parse(text);
                        return text;
                    }),
                    GateSettings::policy)
            .byDefault("fifo")
            .live()
            .group(Group.WAITING)
            .example("priority(ageing=30s)")
            .details("Any of the [policies](policies.md), or your own on the class path. A reload hands the"
                    + " waiters to the new policy in order of arrival.")
            .says("Order in which waiters are admitted: fifo, lifo, priority, priority(ageing=10s) or another.");

    public static final Setting<GateSettings, Integer> MAX_WAITING = SCOPE.setting(
                    "max-waiting", ValueType.wholeNumber(0, AdmissionGate.MAX_COUNT), GateSettings::maxWaiting)
            .byDefault("10000")
            .group(Group.WAITING)
            .example("1000")
            .says("Places in the waiting room; with 0, connections over the limit are refused at once.");

    public static final Setting<GateSettings, Duration> MAX_WAIT = SCOPE.setting(
                    "max-wait", ValueType.DURATION, GateSettings::maxWait)
            .byDefault("30s")
            .group(Group.WAITING)
            .example("10s")
            .says("Longest time that a connection waits; 0s is unlimited.");

    public static final Setting<GateSettings, WhenFull> WHEN_FULL = SCOPE.setting(
                    "when-full",
                    ValueType.words("refuse", WhenFull.REFUSE, "hold", WhenFull.HOLD),
                    GateSettings::whenFull)
            .byDefault("refuse")
            .group(Group.WAITING)
            .example("refuse")
            .says("Treatment of new connections when all places are taken: refuse, or hold in the kernel's backlog.");

    public static final Setting<GateSettings, List<PriorityRule>> CLASS = SCOPE.list(
                    "class",
                    new ValueType<>(
                            "CLIENTS=N", PriorityRule::parse, String::valueOf, ValueType.NAME.schema(), List.of()),
                    GateSettings::classes)
            .plural("classes")
            .defaultText("none")
            .live()
            .group(Group.CLIENTS)
            .example("10.1.0.0/16=0", "sni:*.batch.example.org=20", "10.0.0.0/8=1")
            .details("CLIENTS is a CIDR, `file:FILE` with a CIDR on each line (a reload reads it again), or `sni:NAME`"
                    + " or `sni:*.SUFFIX` for the server name that TLS clients ask for. The first match counts."
                    + " See [classes](configuration.md#identifying-clients).")
            .says("Priority class N of some clients; 0 is the most urgent, and clients that match no rule have 10.");

    public static final Setting<GateSettings, Integer> MAX_PER_SOURCE = SCOPE.setting(
                    "max-per-source", CONNECTIONS, GateSettings::maxPerSource)
            .defaultText("no cap")
            .group(Group.CLIENTS)
            .example("100")
            .says("Most connections of one source, served and waiting; see source-prefix.");

    public static final Setting<GateSettings, SourcePrefix> SOURCE_PREFIX = SCOPE.setting(
                    "source-prefix",
                    new ValueType<>(
                            "IPV4/IPV6",
                            GateCatalogue::prefix,
                            prefix -> prefix.ipv4() + "/" + prefix.ipv6(),
                            Map.of("type", "string", "pattern", "^\\d{1,2}/\\d{1,3}$"),
                            List.of()),
                    GateSettings::sourcePrefix)
            .byDefault("32/64")
            .group(Group.CLIENTS)
            .example("32/64")
            .details(
                    "Of the address that a PROXY header names, if there is one. `max-per-source`, the policy `fair` and"
                            + " the busiest sources on the page count sources.")
            .says("Bits of an IPv4 and of an IPv6 address that identify a source;"
                    + " the others do not tell clients apart.");

    public static final Setting<GateSettings, Integer> MAX_ARRIVING = SCOPE.setting(
                    "max-arriving", CONNECTIONS, GateSettings::maxArriving)
            .byDefault("10000")
            .live()
            .group(Group.CLIENTS)
            .example("10000")
            .details("They have yet to send a PROXY header, a ClientHello or a first byte.")
            .says("Most accepted connections that have not reached the gate; beyond it the oldest is closed.");

    private GateCatalogue() {}

    private static SourcePrefix prefix(String text) {
        String[] bits = text.split("/", -1);
        Integer ipv4 = bits.length == 2 ? Ints.tryParse(bits[0]) : null;
        Integer ipv6 = bits.length == 2 ? Ints.tryParse(bits[1]) : null;
        if (ipv4 == null || ipv6 == null || ipv4 < 1 || ipv4 > 32 || ipv6 < 1 || ipv6 > 128) {
            throw new IllegalArgumentException(
                    "must be two numbers of bits, from 1 to 32 for IPv4 and from 1 to 128 for"
                            + " IPv6, such as 32/64, was " + Visible.quote(text));
        }
        return new SourcePrefix(ipv4, ipv6);
    }

    static void check(Section gate) {
        if (gate.given(WHEN_FULL) == WhenFull.HOLD && Integer.valueOf(0).equals(gate.given(MAX_WAITING))) {
            gate.fault(MAX_WAITING, "must be at least 1 for " + gate.name(WHEN_FULL) + " hold, was \"0\"");
        }
    }

    /**
     * Creates a gate's settings.
     *
     * @param name the name of the gate
     * @param values the values that differ from the defaults
     * @return the settings
     */
    public static GateSettings settings(String name, Values values) {
        return new GateSettings(
                name,
                values.find(LIMIT),
                values.get(POLICY),
                values.get(MAX_WAITING),
                values.get(WHEN_FULL),
                values.get(MAX_WAIT),
                values.get(MAX_ARRIVING),
                values.find(MAX_PER_SOURCE),
                values.get(SOURCE_PREFIX),
                values.get(CLASS));
    }
}
