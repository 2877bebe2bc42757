package dev.anteroom.gateway.fleet;

import dev.anteroom.gateway.config.FleetSettings;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The address, credentials and certificates for the Redis of a fleet. */
final class FleetAccess {
    private static final String PASSWORD = "ANTEROOM_FLEET_PASSWORD";

    private FleetAccess() {}

    /**
     * Returns the address, with the password.
     *
     * @throws IllegalArgumentException if the password file cannot be read
     */
    static RedisURI uri(FleetSettings settings) {
        RedisURI redis = RedisURI.create(settings.redis());
        String password = password(settings.passwordFile());
        if (password != null) {
            RedisCredentialsProvider inUri = redis.getCredentialsProvider();
            redis.setCredentialsProvider(() ->
                    inUri.resolveCredentials().map(given -> RedisCredentials.just(given.getUsername(), password)));
        }
        return redis;
    }

    private static @Nullable String password(@Nullable Path file) {
        if (file == null) {
            return System.getenv(PASSWORD);
        }
        try (var lines = Files.lines(file)) {
            return lines.findFirst().orElse("");
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "fleet-password-file: \"" + file + "\" cannot be read: " + e.getMessage(), e);
        }
    }

    /** Returns the certificates to trust and to present. */
    static SslOptions tls(FleetSettings settings) {
        SslOptions.Builder tls = SslOptions.builder();
        if (settings.ca() != null) {
            tls.trustManager(settings.ca().toFile());
        }
        if (settings.certificate() != null && settings.key() != null) {
            tls.keyManager(settings.certificate().toFile(), settings.key().toFile(), new char[0]);
        }
        return tls.build();
    }
}
