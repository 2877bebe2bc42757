package dev.anteroom.gateway.catalogue;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.config.FleetSettings;
import dev.anteroom.gateway.config.RedisAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of a gateway that is a node of a fleet. They require {@link #FLEET}. */
public final class FleetCatalogue {
    static final Scope<FleetSettings> SCOPE = new Scope<>(Scope.Place.TOP);

    private static final int MAX_WEIGHT = 1000;
    public static final Setting<FleetSettings, RedisAddress> FLEET = SCOPE.setting(
                    "fleet", ValueType.text("URI", RedisAddress::parse), FleetSettings::redis)
            .defaultText("no fleet")
            .family("redis")
            .group(Group.FLEET)
            .example("redis://redis.example.org:6379")
            .details("`redis://[USER@]HOST[:PORT][/DB]`, or `rediss://` for TLS. A password never belongs into the URI,"
                    + " and what precedes the `@` is a user only if a password is set."
                    + " Its slots go to the one gate that has no `limit`.")
            .says("Redis that lends the slots of a fleet to its gateways; rediss:// for TLS.");

    public static final Setting<FleetSettings, String> FLEET_NAME = SCOPE.setting(
                    "fleet-name", ValueType.NAME, FleetSettings::name)
            .group(Group.FLEET)
            .example("orders")
            .says("Name of the fleet, required with fleet; gateways with the same name share a limit.");

    public static final Setting<FleetSettings, Integer> FLEET_LIMIT = SCOPE.setting(
                    "fleet-limit", ValueType.wholeNumber(1, AdmissionGate.MAX_COUNT), FleetSettings::limit)
            .group(Group.FLEET)
            .example("50")
            .details("It applies to a fleet that the Redis does not know yet. Change it later over HTTP, once for all"
                    + " gateways: `PATCH /api/fleet`.")
            .says("Most connections that the gateways of a new fleet serve at once; required with fleet.");

    public static final Setting<FleetSettings, String> FLEET_NODE = SCOPE.setting(
                    "fleet-node", ValueType.NAME, FleetSettings::node)
            .defaultText("the host name and the port of the first listener")
            .group(Group.FLEET)
            .example("gateway-1")
            .details("Starting a node asserts that its namesake is dead.")
            .says("Name of this gateway in the fleet.");

    public static final Setting<FleetSettings, Integer> FLEET_WEIGHT = SCOPE.setting(
                    "fleet-weight", ValueType.wholeNumber(1, MAX_WEIGHT), FleetSettings::weight)
            .byDefault("1")
            .group(Group.FLEET)
            .example("1")
            .says("This gateway's share of scarce slots, relative to the other gateways.");

    public static final Setting<FleetSettings, Boolean> FLEET_ORDER = SCOPE.setting(
                    "fleet-order", ValueType.words("weight", false, "class", true), FleetSettings::byClass)
            .byDefault("weight")
            .group(Group.FLEET)
            .example("weight")
            .details("It must be the same in the whole fleet.")
            .says("Division of scarce slots: by the weights of the gateways, or to the most urgent class first.");

    public static final Setting<FleetSettings, Integer> FLEET_FALLBACK = SCOPE.setting(
                    "fleet-fallback", ValueType.wholeNumber(0, AdmissionGate.MAX_COUNT), FleetSettings::fallback)
            .byDefault("0")
            .group(Group.FLEET)
            .example("0")
            .details("They are never lent to other gateways. If the Redis loses its data in the meantime, the fleet may"
                    + " exceed its limit by this number until this gateway reaches the Redis again.")
            .says("Slots that this gateway keeps when the Redis is out of reach and the lease has ended.");

    public static final Setting<FleetSettings, Duration> FLEET_LEASE = SCOPE.setting(
                    "fleet-lease", ValueType.DURATION, FleetSettings::lease)
            .byDefault("5s")
            .group(Group.FLEET)
            .example("5s")
            .details("It must be the same in the whole fleet.")
            .says("Longest time to use lent slots without hearing from the Redis.");

    public static final Setting<FleetSettings, String> FLEET_USER = SCOPE.setting(
                    "fleet-user", ValueType.NAME, FleetSettings::user)
            .defaultText("the user in the URI, or the default user of the Redis")
            .group(Group.FLEET)
            .details("It needs a password.")
            .says("User of the Redis, for access control lists (ACL).");

    public static final Setting<FleetSettings, Path> FLEET_PASSWORD_FILE = SCOPE.setting(
                    "fleet-password-file", ValueType.READABLE_FILE, FleetSettings::passwordFile)
            .defaultText("the environment variable ANTEROOM_FLEET_PASSWORD")
            .group(Group.FLEET)
            .says("File whose first line is the password of the Redis.");

    public static final Setting<FleetSettings, Path> FLEET_CA = SCOPE.setting(
                    "fleet-ca", ValueType.READABLE_FILE, FleetSettings::ca)
            .defaultText("those that Java trusts")
            .group(Group.FLEET)
            .details("PEM, read for each connection. The certificate of the Redis must name the host in the URI.")
            .says("With rediss://, file with the certificates of the authorities to trust.");

    public static final Setting<FleetSettings, Path> FLEET_CERT = SCOPE.setting(
                    "fleet-cert", ValueType.READABLE_FILE, FleetSettings::certificate)
            .defaultText("none")
            .group(Group.FLEET)
            .details("PEM, read for each connection.")
            .says("With rediss://, this gateway's own certificate, if the Redis requires one.");

    public static final Setting<FleetSettings, Path> FLEET_KEY = SCOPE.setting(
                    "fleet-key", ValueType.READABLE_FILE, FleetSettings::key)
            .defaultText("none")
            .group(Group.FLEET)
            .details("PEM (PKCS#8, without a password), read for each connection.")
            .says("Private key of the certificate in fleet-cert.");

    private FleetCatalogue() {}

    static void check(Section top) {
        if (top.isGiven(FLEET)) {
            for (Setting<?, ?> required : List.of(FLEET_NAME, FLEET_LIMIT)) {
                if (!top.isGiven(required)) {
                    top.missing(required);
                }
            }
            checkUser(top);
            checkTls(top);
            return;
        }
        SCOPE.settings().stream()
                .filter(top::isGiven)
                .findFirst()
                .ifPresent(setting -> top.fault(setting, "needs " + top.name(FLEET)));
    }

    /** Checks that a user has a password: a "user" without one is likely to be the password. */
    private static void checkUser(Section top) {
        RedisAddress redis = top.given(FLEET);
        boolean hasPassword = top.isGiven(FLEET_PASSWORD_FILE) || System.getenv(FleetSettings.PASSWORD) != null;
        if (redis != null && redis.user() != null && top.isGiven(FLEET_USER)) {
            top.fault(FLEET_USER, "there is a user in the URI as well; leave one of them out");
        } else if (redis != null && redis.user() != null && !hasPassword) {
            top.fault(
                    FLEET,
                    "has a user and no password; a password does not belong before the \"@\", where others may see it:"
                            + " use the environment variable " + FleetSettings.PASSWORD + " or "
                            + top.name(FLEET_PASSWORD_FILE) + ", and " + top.name(FLEET_USER) + " for the user");
        }
    }

    private static void checkTls(Section top) {
        RedisAddress redis = top.given(FLEET);
        if (redis != null && !redis.tls()) {
            List.of(FLEET_CA, FLEET_CERT, FLEET_KEY).stream()
                    .filter(top::isGiven)
                    .findFirst()
                    .ifPresent(setting -> top.fault(setting, "needs a " + top.name(FLEET) + " of rediss://"));
        } else if (top.isGiven(FLEET_CERT) != top.isGiven(FLEET_KEY)) {
            boolean hasKey = top.isGiven(FLEET_KEY);
            top.fault(hasKey ? FLEET_KEY : FLEET_CERT, "needs " + top.name(hasKey ? FLEET_CERT : FLEET_KEY));
        }
    }

    /** Returns the settings of the fleet; null if there is none. */
    static @Nullable FleetSettings settings(Values values) {
        RedisAddress redis = values.find(FLEET);
        return redis == null
                ? null
                : new FleetSettings(
                        redis,
                        values.find(FLEET_USER) == null ? redis.user() : values.find(FLEET_USER),
                        values.find(FLEET_PASSWORD_FILE),
                        values.find(FLEET_CA),
                        values.find(FLEET_CERT),
                        values.find(FLEET_KEY),
                        values.get(FLEET_NAME),
                        values.find(FLEET_NODE),
                        values.get(FLEET_LIMIT),
                        values.get(FLEET_WEIGHT),
                        values.get(FLEET_ORDER),
                        values.get(FLEET_FALLBACK),
                        values.get(FLEET_LEASE));
    }
}
