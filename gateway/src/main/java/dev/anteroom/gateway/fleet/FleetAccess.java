package dev.anteroom.gateway.fleet;

import dev.anteroom.gateway.config.FleetSettings;
import dev.anteroom.gateway.config.RedisAddress;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The address, credentials and certificates for the Redis of a fleet. */
final class FleetAccess {
    private FleetAccess() {}

    /**
     * Returns the address, with user and password.
     *
     * @throws IllegalArgumentException if the password file cannot be read or is empty, or a user has no password
     */
    static RedisURI uri(FleetSettings settings) {
        RedisAddress address = settings.redis();
        RedisURI redis = RedisURI.builder()
                .withHost(address.host())
                .withPort(address.port())
                .withSsl(address.tls())
                .withDatabase(address.database())
                .build();
        String password = password(settings.passwordFile());
        if (password != null) {
            redis.setCredentialsProvider(
                    RedisCredentialsProvider.from(() -> RedisCredentials.just(settings.user(), password)));
        } else if (settings.user() != null) {
            throw new IllegalArgumentException(
                    "fleet-user: needs a password; set it by " + FleetSettings.PASSWORD + " or fleet-password-file");
        }
        return redis;
    }

    private static @Nullable String password(@Nullable Path file) {
        if (file == null) {
            return System.getenv(FleetSettings.PASSWORD);
        }
        String password;
        try {
            password = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\\R", 2)[0];
        } catch (IOException e) {
            throw fault(file, "cannot be read: " + e.getMessage());
        }
        if (password.isEmpty()) {
            throw fault(file, "has no password in its first line");
        }
        return password;
    }

    private static IllegalArgumentException fault(Path file, String what) {
        return new IllegalArgumentException("fleet-password-file: \"" + file + "\" " + what);
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
