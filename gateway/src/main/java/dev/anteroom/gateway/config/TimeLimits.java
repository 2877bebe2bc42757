package dev.anteroom.gateway.config;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * How long an admitted connection may keep its slot; zero is for ever. Those called contended hold only while others wait.
 *
 * @param idle since the last byte either way
 * @param life since it was admitted
 * @param contendedIdle as {@code idle}
 * @param contendedLife as {@code life}
 */
public record TimeLimits(Duration idle, Duration life, Duration contendedIdle, Duration contendedLife) {
    /** Nobody is hurried. */
    public static final TimeLimits NONE = new TimeLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    /**
     * The shortest.
     *
     * @return zero if there is none
     */
    public Duration shortest() {
        return Stream.of(idle, life, contendedIdle, contendedLife)
                .filter(limit -> !limit.isZero())
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
