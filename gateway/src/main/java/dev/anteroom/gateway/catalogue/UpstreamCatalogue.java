package dev.anteroom.gateway.catalogue;

import dev.anteroom.gateway.config.HealthSettings;
import dev.anteroom.gateway.config.UpstreamPoolSettings;
import dev.anteroom.gateway.config.UpstreamSettings;
import dev.anteroom.gateway.identity.ProxyVersion;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The settings of the upstreams of a listener. */
public final class UpstreamCatalogue {
    static final Scope<UpstreamPoolSettings> SCOPE = new Scope<>(Scope.Place.LISTENER);

    private static final int MOST_IN_A_ROW = 100;
    private static final ValueType<Integer> IN_A_ROW = ValueType.wholeNumber(1, MOST_IN_A_ROW);

    public static final Setting<UpstreamPoolSettings, List<UpstreamSettings>> UPSTREAM = SCOPE.list(
                    "upstream", ValueType.text("HOST:PORT[=N]", UpstreamSettings::parse), UpstreamPoolSettings::servers)
            .plural("upstreams")
            .required()
            .live()
            .group(Group.ESSENTIALS)
            .example("127.0.0.1:5432", "127.0.0.1:5433=5")
            .details("Each connection goes to the upstream with the fewest connections, or to another one if that"
                    + " fails. A name stands for all its addresses, which N bounds"
                    + " together. Listeners that name the same upstream share its N.")
            .says("Server that gets the admitted connections, at most N of them at once.");

    public static final Setting<UpstreamPoolSettings, Duration> CONNECT_TIMEOUT = SCOPE.setting(
                    "connect-timeout", ValueType.POSITIVE_DURATION, UpstreamPoolSettings::connectTimeout)
            .byDefault("5s")
            .live()
            .sharedByListeners()
            .group(Group.UPSTREAMS)
            .example("2s")
            .details("At the top of a file it applies to all listeners that do not set it.")
            .says("Longest time to connect to an upstream.");

    public static final Setting<UpstreamPoolSettings, Duration> UPSTREAM_WAIT = SCOPE.setting(
                    "upstream-wait", ValueType.DURATION, UpstreamPoolSettings::upstreamWait)
            .byDefault("30s")
            .live()
            .group(Group.UPSTREAMS)
            .example("30s")
            .details("With 0s the connection is closed at once.")
            .says("Longest time that an admitted connection waits for an upstream that is up and has room.");

    public static final Setting<UpstreamPoolSettings, Duration> HEALTH_CHECK = SCOPE.setting(
                    "health-check", ValueType.DURATION, health(HealthSettings::interval))
            .byDefault("0s")
            .live()
            .family("interval")
            .group(Group.UPSTREAMS)
            .example("2s")
            .details("It is also the longest time that a check may take. While no upstream is up, admitted connections"
                    + " wait for `upstream-wait`, and no waiting connection is turned away.")
            .says("Time between two checks of an upstream; with 0s there are none, and all count as up.");

    public static final Setting<UpstreamPoolSettings, Integer> HEALTH_CHECK_RISE = SCOPE.setting(
                    "health-check-rise", IN_A_ROW, health(HealthSettings::rise))
            .byDefault("2")
            .live()
            .group(Group.UPSTREAMS)
            .example("2")
            .says("Consecutive successes after which an upstream is up.");

    public static final Setting<UpstreamPoolSettings, Integer> HEALTH_CHECK_FALL = SCOPE.setting(
                    "health-check-fall", IN_A_ROW, health(HealthSettings::fall))
            .byDefault("3")
            .live()
            .group(Group.UPSTREAMS)
            .example("3")
            .details("A failed connection of a client counts as well. Listeners that check the same upstream share its"
                    + " state; the one with the shortest interval decides how it is checked.")
            .says("Consecutive failures after which an upstream is down.");

    public static final Setting<UpstreamPoolSettings, ProxyVersion> SEND_PROXY = SCOPE.setting(
                    "send-proxy",
                    ValueType.words("v1", ProxyVersion.V1, "v2", ProxyVersion.V2),
                    UpstreamPoolSettings::sendProxy)
            .defaultText("no header")
            .live()
            .group(Group.UPSTREAMS)
            .example("v2")
            .says("Version of the PROXY header that names the client to the upstream.");

    private UpstreamCatalogue() {}

    private static <T> Function<UpstreamPoolSettings, @Nullable T> health(Function<HealthSettings, T> part) {
        return upstreams -> upstreams.health() == null ? null : part.apply(upstreams.health());
    }

    static void check(Section listener) {
        for (Setting<?, ?> setting : List.of(HEALTH_CHECK_RISE, HEALTH_CHECK_FALL)) {
            if (listener.isGiven(setting) && !listener.isGiven(HEALTH_CHECK)) {
                listener.fault(setting, "needs " + listener.name(HEALTH_CHECK));
            }
        }
    }

    static UpstreamPoolSettings settings(Values values) {
        Duration interval = values.get(HEALTH_CHECK);
        return new UpstreamPoolSettings(
                values.get(UPSTREAM),
                values.get(CONNECT_TIMEOUT),
                values.find(SEND_PROXY),
                interval.isZero()
                        ? null
                        : new HealthSettings(interval, values.get(HEALTH_CHECK_RISE), values.get(HEALTH_CHECK_FALL)),
                values.get(UPSTREAM_WAIT));
    }
}
