package dev.anteroom.gateway.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One gate.
 *
 * @param name unique in a gateway
 * @param limit an expression for {@link dev.anteroom.limits.Limits#parse}, which accepts it
 * @param policy an expression for {@link dev.anteroom.scheduler.Policies#parse}, which accepts it
 * @param maxWaiting places in the waiting room
 * @param whenFull what becomes of newcomers when all of these are taken
 * @param maxWait the longest wait; zero is for ever
 * @param maxPerSource connections that one source address may hold, or null for no cap
 * @param classes who is of which priority class; the first that matches counts
 */
public record GateSettings(
        String name,
        String limit,
        String policy,
        int maxWaiting,
        WhenFull whenFull,
        Duration maxWait,
        @Nullable Integer maxPerSource,
        List<PriorityRule> classes) {
    /** Keeps a copy of the list. */
    public GateSettings {
        classes = List.copyOf(classes);
    }
}
