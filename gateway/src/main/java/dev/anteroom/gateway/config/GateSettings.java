package dev.anteroom.gateway.config;

import dev.anteroom.address.SourcePrefix;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one gate.
 *
 * @param name the name, unique in a gateway
 * @param limit a valid expression for {@link dev.anteroom.limits.Limits#parse}; null if a fleet lends the slots
 * @param policy a valid expression for {@link dev.anteroom.scheduler.Policies#parse}
 * @param maxWaiting the number of places in the waiting room
 * @param whenFull what happens to new connections when all places are taken
 * @param maxWait the longest wait; zero is unlimited
 * @param maxArriving the most accepted connections that have not reached the gate yet
 * @param maxPerSource the most connections of one source, or null for no cap
 * @param sourcePrefix which addresses are one source
 * @param classes rules for priority classes; the first match counts
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
        SourcePrefix sourcePrefix,
        List<PriorityRule> classes) {
    /** Copies the list. */
    public GateSettings {
        classes = List.copyOf(classes);
    }

    /** Returns whether a class depends on a file. */
    public boolean hasFiles() {
        return classes.stream().anyMatch(rule -> rule.clients() instanceof AddressList);
    }

    /**
     * Returns these settings with the current content of the files of its classes.
     *
     * @return settings that may differ in their classes
     * @throws IllegalArgumentException if a file cannot be read
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
                sourcePrefix,
                classes.stream().map(PriorityRule::reread).toList());
    }
}
