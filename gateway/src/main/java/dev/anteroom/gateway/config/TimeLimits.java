package dev.anteroom.gateway.config;

import java.time.Duration;

/**
 * How long an admitted connection may keep its slot; zero is unlimited. The contended limits apply only while other
 * connections wait.
 *
 * @param idle the time since the last byte in either direction
 * @param life the time since admission
 * @param contendedIdle like {@code idle}
 * @param contendedLife like {@code life}
 */
public record TimeLimits(Duration idle, Duration life, Duration contendedIdle, Duration contendedLife) {
    /** No limits. */
    public static final TimeLimits NONE = new TimeLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    /**
     * Returns the shortest limit.
     *
     * @return zero if there are no limits
     */
    public Duration shortest() {
        return shorter(shorter(idle, life), shorter(contendedIdle, contendedLife));
    }

    private static Duration shorter(Duration one, Duration other) {
        if (one.isZero() || other.isZero()) {
            return one.isZero() ? other : one;
        }
        return one.compareTo(other) < 0 ? one : other;
    }
}
