package dev.anteroom.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The fleet that a gateway belongs to, and its own settings in that fleet.
 *
 * @param redis the address of the Redis
 * @param user the user of the Redis, or null for its default user
 * @param passwordFile the file whose first line is the password, or null for the one in the environment
 * @param ca certificates of the authorities to trust, or null for those that Java trusts
 * @param certificate this gateway's own certificate, or null for none
 * @param key the private key of that certificate, or null for none
 * @param name the name of the fleet
 * @param node this gateway's name in the fleet, or null for its host and the port of its first listener
 * @param limit the slots of a fleet that the Redis does not know yet
 * @param weight this gateway's share of scarce slots
 * @param byClass whether scarce slots go to the most urgent waiters first, whatever the weights
 * @param fallback the slots that remain when the Redis is out of reach
 * @param lease the longest time that lent slots may be used without hearing from the Redis
 */
public record FleetSettings(
        RedisAddress redis,
        @Nullable String user,
        @Nullable Path passwordFile,
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path key,
        String name,
        @Nullable String node,
        int limit,
        int weight,
        boolean byClass,
        int fallback,
        Duration lease) {
    /** The environment variable that may contain the password. */
    public static final String PASSWORD = "ANTEROOM_FLEET_PASSWORD";
}
