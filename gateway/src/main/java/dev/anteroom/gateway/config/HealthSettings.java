package dev.anteroom.gateway.config;

import java.time.Duration;

/**
 * How it is found out whether upstreams are up.
 *
 * @param interval between two checks of one upstream, and the longest that one may take
 * @param rise successes in a row after which one that was down is up
 * @param fall failures in a row after which one that was up is down
 */
public record HealthSettings(Duration interval, int rise, int fall) {}
