package dev.anteroom.protocol;

import java.time.Duration;

/**
 * Configures when the kernel probes whether a silent peer is still there (SO_KEEPALIVE, RFC 9293, 3.8.4). A peer that
 * vanished without a FIN, because it lost power or its NAT entry, is noticed after {@code idle + probes * interval}:
 * the connection is lost, whether served or waiting, and its slot is freed. No probes are sent while bytes flow.
 *
 * <p>Probes do not cover bytes that were sent and are not acknowledged. The kernel retransmits those for as long as
 * {@code net.ipv4.tcp_retries2} says, on Linux about 15 minutes, and then the connection is lost too. TCP_USER_TIMEOUT
 * would shorten that time, but on Linux it also breaks the connection to a peer that is there and reads slowly.
 *
 * @param idle how long a connection is silent before the first probe, from 1 s to 32,767 s; the kernel counts whole
 *     seconds, so a fraction is rounded up
 * @param interval the time from one unanswered probe to the next, from 1 s to 32,767 s
 * @param probes the number of unanswered probes after which the peer counts as gone, from 1 to 127
 */
public record KeepAlive(Duration idle, Duration interval, int probes) {
    private static final Duration LONGEST = Duration.ofSeconds(32_767);
    private static final int MOST_PROBES = 127;

    /** No probes: all values are zero. */
    public static final KeepAlive OFF = new KeepAlive(Duration.ZERO, Duration.ZERO, 0);

    private static final KeepAlive DEFAULTS = new KeepAlive(Duration.ofMinutes(1), Duration.ofSeconds(15), 4);

    /**
     * Checks the values.
     *
     * @param idle the time before the first probe
     * @param interval the time between probes
     * @param probes the number of probes
     * @throws IllegalArgumentException if a value is outside the bounds of Linux, unless all are zero as in {@link
     *     #OFF}
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
     * Returns the defaults: after a minute of silence 4 probes, one every 15 seconds, so that a vanished peer is
     * noticed after two minutes.
     *
     * @return the defaults
     */
    public static KeepAlive defaults() {
        return DEFAULTS;
    }

    /**
     * Whether probes are sent.
     *
     * @return false only for {@link #OFF}
     */
    public boolean isOn() {
        return probes > 0;
    }

    /**
     * Returns {@link #idle} in the unit of the kernel.
     *
     * @return whole seconds
     */
    public int idleSeconds() {
        return seconds(idle);
    }

    /**
     * Returns {@link #interval} in the unit of the kernel.
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
