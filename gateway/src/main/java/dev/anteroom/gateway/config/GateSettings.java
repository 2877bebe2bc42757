package dev.anteroom.gateway.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One gate.
 *
 * @param name unique in a gateway
 * @param limit an expression for {@link dev.anteroom.limits.Limits#parse}, which accepts it; null if a fleet lends
 *     the slots
 * @param policy an expression for {@link dev.anteroom.scheduler.Policies#parse}, which accepts it
 * @param maxWaiting places in the waiting room
 * @param whenFull what becomes of newcomers when all of these are taken
 * @param maxWait the longest wait; zero is for ever
 * @param maxArriving connections that are accepted and have not come to the gate yet
 * @param maxPerSource connections that one source address may hold, or null for no cap
 * @param classes rules for priority classes; the first that matches counts
 */
public record GateSettings(
        String name,
        @Nullable String limit,
        String policy,
        int maxWaiting,
        WhenFull whenFull,
        Duration maxWait,
        int maxArriving,
        @Nullable Integer maxPerSource,
        List<PriorityRule> classes) {
    /** Keeps a copy of the list. */
    public GateSettings {
        classes = List.copyOf(classes);
    }

    /** Whether a class depends on a file. */
    public boolean hasFiles() {
        return classes.stream().anyMatch(rule -> rule.clients() instanceof AddressList);
    }

    /**
     * The same, with the present content of the files of its classes.
     *
     * @return settings that may differ in their classes
     * @throws IllegalArgumentException if one cannot be read
     */
    GateSettings reread() {
        return new GateSettings(
                name,
                limit,
                policy,
                maxWaiting,
                whenFull,
                maxWait,
                maxArriving,
                maxPerSource,
                classes.stream().map(PriorityRule::reread).toList());
    }
}
