package dev.anteroom.gateway.catalogue;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.config.GateSettings;
import dev.anteroom.gateway.config.PriorityRule;
import dev.anteroom.gateway.config.WhenFull;
import dev.anteroom.limits.Limits;
import dev.anteroom.scheduler.Policies;
import java.time.Duration;
import java.util.List;

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
                    + " `adaptive(gradient2, min=10, max=500)`. The limit of a fleet takes its place.")
            .says("Connections that are served at once: a number, or a limit that moves.");

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
            .details("Any of the [policies](policies.md), or one of your own on the class path. A reload hands the"
                    + " waiters to the new policy in order of arrival.")
            .says("Order in which waiters are admitted: fifo, lifo, priority, priority(ageing=10s) or another.");

    public static final Setting<GateSettings, Integer> MAX_WAITING = SCOPE.setting(
                    "max-waiting", ValueType.wholeNumber(0, AdmissionGate.MAX_COUNT), GateSettings::maxWaiting)
            .byDefault("10000")
            .group(Group.WAITING)
            .example("1000")
            .says("Places in the waiting room; 0 refuses at once over the limit.");

    public static final Setting<GateSettings, Duration> MAX_WAIT = SCOPE.setting(
                    "max-wait", ValueType.DURATION, GateSettings::maxWait)
            .byDefault("30s")
            .group(Group.WAITING)
            .example("10s")
            .says("Longest wait; 0s is for ever.");

    public static final Setting<GateSettings, WhenFull> WHEN_FULL = SCOPE.setting(
                    "when-full",
                    ValueType.words("refuse", WhenFull.REFUSE, "hold", WhenFull.HOLD),
                    GateSettings::whenFull)
            .byDefault("refuse")
            .group(Group.WAITING)
            .example("refuse")
            .says("Newcomers while all places are taken: refuse them, or hold them in the kernel's backlog.");

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
            .details(
                    "CLIENTS is a CIDR, `file:FILE` with a CIDR on each line (read again by a reload), or `sni:NAME` or"
                            + " `sni:*.SUFFIX`, the server name that TLS clients ask for. See"
                            + " [classes](configuration.md#who-is-this).")
            .says("Priority class N, 0 the most urgent, of some clients; the first match counts, and others have 10.");

    public static final Setting<GateSettings, Integer> MAX_PER_SOURCE = SCOPE.setting(
                    "max-per-source", CONNECTIONS, GateSettings::maxPerSource)
            .defaultText("no cap")
            .group(Group.CLIENTS)
            .example("100")
            .says("Connections that one source address may have, served and waiting.");

    public static final Setting<GateSettings, Integer> MAX_ARRIVING = SCOPE.setting(
                    "max-arriving", CONNECTIONS, GateSettings::maxArriving)
            .byDefault("10000")
            .live()
            .group(Group.CLIENTS)
            .example("10000")
            .details("These are connections whose PROXY header, ClientHello or first byte has not come yet.")
            .says("Accepted connections that have not reached the gate yet; beyond it the eldest is closed.");

    private GateCatalogue() {}

    static void check(Section gate) {
        if (gate.given(WHEN_FULL) == WhenFull.HOLD && Integer.valueOf(0).equals(gate.given(MAX_WAITING))) {
            gate.fault(MAX_WAITING, "must be at least 1 for " + gate.name(WHEN_FULL) + " hold, was \"0\"");
        }
    }

    /**
     * Makes a gate's settings.
     *
     * @param name of the gate
     * @param values those that differ from the defaults
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
                values.get(CLASS));
    }
}
