package dev.anteroom.gateway;

import dev.anteroom.gateway.fleet.FleetSettings;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** What makes a gateway a node of a fleet. */
final class FleetOptions {
    /** Holds the password, where a command line would show it to everyone. */
    private static final String PASSWORD = "ANTEROOM_FLEET_PASSWORD";

    @Option(
            names = "--fleet",
            required = true,
            paramLabel = "URI",
            converter = RedisAddress.class,
            description =
                    "The Redis that lends the slots of a fleet to its gateways: redis://HOST:PORT, rediss:// for TLS."
                            + " The password is taken from " + PASSWORD + " or --fleet-password-file.")
    @SuppressWarnings("NullAway.Init")
    private RedisURI redis;

    @Option(
            names = "--fleet-name",
            required = true,
            paramLabel = "NAME",
            description = "The fleet: the gateways that share a limit.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(
            names = "--fleet-limit",
            required = true,
            paramLabel = "N",
            converter = WholeNumber.Slots.class,
            description =
                    "How many connections the upstream serves at once, through all of them; once the fleet is there, it"
                            + " is changed live.")
    private int limit;

    @Option(
            names = "--fleet-node",
            paramLabel = "NAME",
            description =
                    "This gateway's name in it (default: the host's name and the port of --listen). Starting one asserts"
                            + " that the one before, of the same name, is gone.")
    private @Nullable String node;

    @Option(
            names = "--fleet-weight",
            paramLabel = "N",
            defaultValue = "1",
            converter = WholeNumber.Weight.class,
            description = "Its share of what is scarce (default ${DEFAULT-VALUE}).")
    private int weight;

    @Option(
            names = "--fleet-order",
            paramLabel = "weight|class",
            defaultValue = "weight",
            converter = OrderName.class,
            description =
                    "Who gets what is scarce: each node by its weight (default), or the most urgent waiters of all"
                            + " nodes first; the same for the whole fleet.")
    @SuppressWarnings("NullAway.Init")
    private Order order;

    @Option(
            names = "--fleet-fallback",
            paramLabel = "N",
            defaultValue = "0",
            converter = WholeNumber.Places.class,
            description =
                    "Slots to go on with when the Redis is out of reach and the lease has ended; never lent to others"
                            + " (default ${DEFAULT-VALUE}). If the Redis forgets them meanwhile, the fleet may exceed"
                            + " its limit by as many until this gateway reaches it again.")
    private int fallback;

    @Option(
            names = "--fleet-lease",
            paramLabel = "DURATION",
            defaultValue = "5s",
            description =
                    "How long slots may be used without hearing from the Redis, the same for the whole fleet (default"
                            + " ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Duration lease;

    @Option(
            names = "--fleet-ca",
            paramLabel = "FILE",
            description =
                    "With rediss://: the certificates, in PEM, that the Redis' must come from (default: those that"
                            + " Java trusts). Read at each connection.")
    private @Nullable File ca;

    @Option(
            names = "--fleet-cert",
            paramLabel = "FILE",
            description = "With rediss://: this gateway's own certificate, in PEM, where the Redis demands one.")
    private @Nullable File certificate;

    @Option(names = "--fleet-key", paramLabel = "FILE", description = "Its private key, in PEM (PKCS#8, no password).")
    private @Nullable File key;

    @Option(
            names = "--fleet-password-file",
            paramLabel = "FILE",
            description = "A file whose first line is the password of the Redis.")
    private @Nullable String passwordFile;

    /**
     * What they say.
     *
     * @throws IllegalArgumentException if that will not do
     */
    FleetSettings settings() {
        String password = password();
        if (password != null) {
            redis.setCredentialsProvider(credentials(redis, password));
        }
        return new FleetSettings(redis, tls(), name, node, limit, weight, order == Order.CLASS, fallback, lease);
    }

    private SslOptions tls() {
        SslOptions.Builder tls = SslOptions.builder();
        if (!redis.isSsl() && (ca != null || certificate != null || key != null)) {
            throw new IllegalArgumentException("--fleet-ca, --fleet-cert and --fleet-key need a --fleet of rediss://");
        } else if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("--fleet-cert and --fleet-key go together");
        }
        if (ca != null) {
            tls.trustManager(readable("--fleet-ca", ca));
        }
        if (certificate != null && key != null) {
            tls.keyManager(readable("--fleet-cert", certificate), readable("--fleet-key", key), new char[0]);
        }
        return tls.build();
    }

    private static File readable(String option, File file) {
        if (!file.isFile() || !file.canRead()) {
            throw new IllegalArgumentException(option + ": \"" + file + "\" cannot be read");
        }
        return file;
    }

    private @Nullable String password() {
        if (passwordFile == null) {
            return System.getenv(PASSWORD);
        }
        try (var lines = Files.lines(Path.of(passwordFile))) {
            return lines.findFirst().orElse("");
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    "--fleet-password-file: \"" + passwordFile + "\" cannot be read: " + e.getMessage(), e);
        }
    }

    private static RedisCredentialsProvider credentials(RedisURI redis, String password) {
        RedisCredentialsProvider inUri = redis.getCredentialsProvider();
        return () -> inUri.resolveCredentials().map(given -> RedisCredentials.just(given.getUsername(), password));
    }

    private enum Order {
        WEIGHT,
        CLASS
    }

    private static final class OrderName implements ITypeConverter<Order> {
        @Override
        public Order convert(String text) {
            return switch (text) {
                case "weight" -> Order.WEIGHT;
                case "class" -> Order.CLASS;
                default -> throw new IllegalArgumentException("must be weight or class, was \"" + text + "\"");
            };
        }
    }

    private static final class RedisAddress implements ITypeConverter<RedisURI> {
        private static final String FORM =
                "rediss?://([^/@?]+@)?(\\[[0-9A-Fa-f:.]+]|[^\\[\\]:/?]+)(:\\d{1,5})?(/\\d*)?(\\?.*)?";

        @Override
        public RedisURI convert(String text) {
            if (text.matches(".*:[^/]*@.*")) {
                throw new IllegalArgumentException(
                        "a password does not belong on a command line, where everyone sees it: use " + PASSWORD
                                + " or --fleet-password-file");
            } else if (!text.matches(FORM)) {
                throw new IllegalArgumentException(
                        "must be redis://HOST:PORT, or rediss://HOST:PORT for TLS, was \"" + text + "\"");
            }
            RedisURI redis = RedisURI.create(text);
            if (redis.getPort() < 1 || redis.getPort() > 65535) {
                throw new IllegalArgumentException("needs a port from 1 to 65535, was \"" + text + "\"");
            }
            return redis;
        }
    }
}
