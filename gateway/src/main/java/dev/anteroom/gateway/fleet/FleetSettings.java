package dev.anteroom.gateway.fleet;

import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which fleet a gateway belongs to, and as what.
 *
 * @param redis where the Redis is
 * @param tls whom to trust there, where that says so by TLS
 * @param name the fleet's
 * @param node this gateway's name in it, or null for its host and the port that it listens on
 * @param limit the fleet's slots, unless they were set already
 * @param weight its share of what is scarce
 * @param byClass whether what is scarce goes to the most urgent waiters first, whatever the weights
 * @param fallback slots to go on with when the Redis is out of reach
 * @param lease how long it may use what it was lent without hearing from the Redis
 */
public record FleetSettings(
        RedisURI redis,
        SslOptions tls,
        String name,
        @Nullable String node,
        int limit,
        int weight,
        boolean byClass,
        int fallback,
        Duration lease) {}
