package dev.anteroom.gateway.config;

import java.time.Duration;

/**
 * The health checks of upstreams.
 *
 * @param interval the time between two checks of one upstream, and the longest time that a check may take
 * @param rise consecutive successes after which an upstream that was down is up
 * @param fall consecutive failures after which an upstream that was up is down
 */
public record HealthSettings(Duration interval, int rise, int fall) {}
