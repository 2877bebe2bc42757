package dev.anteroom.gateway.fleet;

import io.lettuce.core.RedisURI;
import java.time.Duration;

/**
 * Which fleet a gateway belongs to, and as what.
 *
 * @param redis where the Redis is
 * @param name the fleet's
 * @param node this gateway's name in it
 * @param limit the fleet's slots, unless they were set already
 * @param weight its share of what is scarce
 * @param byClass whether what is scarce goes to the most urgent waiters first, whatever the weights
 * @param fallback slots to go on with when the Redis is out of reach
 * @param lease how long it may use what it was lent without hearing from the Redis
 */
public record FleetSettings(
        RedisURI redis,
        String name,
        String node,
        int limit,
        int weight,
        boolean byClass,
        int fallback,
        Duration lease) {}
