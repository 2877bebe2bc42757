package dev.anteroom.protocol;

import java.time.Duration;

/**
 * When the kernel asks a silent peer whether it is still there (SO_KEEPALIVE, RFC 9293, 3.8.4). A peer that vanished without a FIN, by
 * a loss of power or of a NAT's entry, is noticed after {@code idle + probes * interval}: the connection is lost, served or
 * waiting, and its slot is free. While bytes come and go nothing is asked.
 *
 * <p>The probes tell nothing of bytes that were sent and are not acknowledged. Those the kernel sends again for as long as
 * {@code net.ipv4.tcp_retries2} says, on Linux about 15 minutes, and then the connection is lost too. TCP_USER_TIMEOUT would shorten
 * that, but on Linux it also breaks the connection to a peer that is there and takes its time to read.
 *
 * @param idle how long a connection is silent before the first probe, from 1 s to 32,767 s; the kernel counts whole seconds, so a
 *     fraction is rounded up
 * @param interval from one unanswered probe to the next, from 1 s to 32,767 s
 * @param probes unanswered probes after which the peer is gone, from 1 to 127
 */
public record KeepAlive(Duration idle, Duration interval, int probes) {
    private static final Duration LONGEST = Duration.ofSeconds(32_767);
    private static final int MOST_PROBES = 127;

    /** No probes: all figures are zero. */
    public static final KeepAlive OFF = new KeepAlive(Duration.ZERO, Duration.ZERO, 0);

    private static final KeepAlive DEFAULTS = new KeepAlive(Duration.ofMinutes(1), Duration.ofSeconds(15), 4);

    /**
     * Checks the figures.
     *
     * @param idle before the first probe
     * @param interval from probe to probe
     * @param probes how many
     * @throws IllegalArgumentException if one is out of Linux's bounds, unless all are zero as those of {@link #OFF}
     */
    public KeepAlive {
        if (!idle.isZero() || !interval.isZero() || probes != 0) {
            requireSeconds(idle, "idle");
            requireSeconds(interval, "interval");
            if (probes < 1 || probes > MOST_PROBES) {
                throw new IllegalArgumentException("probes must be from 1 to " + MOST_PROBES + ", was " + probes);
            }
        }
    }

    /**
     * A minute of silence, then 4 probes, one every 15 seconds: a vanished peer is noticed after two minutes.
     *
     * @return the defaults
     */
    public static KeepAlive defaults() {
        return DEFAULTS;
    }

    /**
     * Whether there are probes.
     *
     * @return false for {@link #OFF} alone
     */
    public boolean isOn() {
        return probes > 0;
    }

    /**
     * Returns {@link #idle} as the kernel is told it.
     *
     * @return whole seconds
     */
    public int idleSeconds() {
        return seconds(idle);
    }

    /**
     * Returns {@link #interval} as the kernel is told it.
     *
     * @return whole seconds
     */
    public int intervalSeconds() {
        return seconds(interval);
    }

    private static int seconds(Duration duration) {
        return Math.toIntExact(duration.plusNanos(999_999_999).toSeconds());
    }

    private static void requireSeconds(Duration value, String name) {
        if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " must be from 1 s to " + LONGEST.toSeconds() + " s, was " + value);
        }
    }
}
