package dev.anteroom.protocol;

import java.time.Duration;
import java.util.Objects;

/**
 * The figures of a transport.
 *
 * @param loops event loops, at least 1
 * @param backlog connections the kernel may hold before they are accepted, for each socket that listens, at least 1
 * @param preReadBytes bytes read ahead at most for a connection whose reading is paused, at least 1
 * @param highWaterMark pending bytes from which on a connection is not writable; it is writable again at half of it
 * @param maxPendingBytes pending bytes past which a further write aborts the connection, at least {@code highWaterMark}
 * @param connectTimeout how long an outgoing connection may take
 * @param flushTimeout how long {@link Transport#close()} waits for the peer to take what is pending, before it resets the
 *     connection
 * @param linger how long {@link Transport#close()} waits for the peer to close too, after the last byte was sent
 * @param keepAlive when the kernel asks silent peers whether they are still there, of connections accepted and made
 */
public record TransportOptions(
        int loops,
        int backlog,
        int preReadBytes,
        int highWaterMark,
        int maxPendingBytes,
        Duration connectTimeout,
        Duration flushTimeout,
        Duration linger,
        KeepAlive keepAlive) {
    private static final TransportOptions DEFAULTS = new TransportOptions(
            Runtime.getRuntime().availableProcessors(),
            4096,
            4096,
            64 * 1024,
            16 * 1024 * 1024,
            Duration.ofSeconds(5),
            Duration.ofMinutes(1),
            Duration.ofSeconds(1),
            KeepAlive.defaults());

    /**
     * Checks the figures.
     *
     * @param loops event loops
     * @param backlog connections in the kernel
     * @param preReadBytes bytes read ahead
     * @param highWaterMark bytes from which on a connection is not writable
     * @param maxPendingBytes bytes past which a write aborts
     * @param connectTimeout to connect
     * @param flushTimeout to send what is pending
     * @param linger to close
     * @param keepAlive to notice who has vanished
     * @throws IllegalArgumentException if one is out of bounds
     */
    public TransportOptions {
        atLeast(1, loops, "loops");
        atLeast(1, backlog, "backlog");
        atLeast(1, preReadBytes, "preReadBytes");
        atLeast(1, highWaterMark, "highWaterMark");
        atLeast(highWaterMark, maxPendingBytes, "maxPendingBytes");
        notNegative(connectTimeout, "connectTimeout");
        notNegative(flushTimeout, "flushTimeout");
        notNegative(linger, "linger");
        Objects.requireNonNull(keepAlive, "keepAlive");
    }

    /**
     * A loop per processor, a backlog of 4,096, 4 KiB read ahead, not writable from 64 KiB on, at most 16 MiB pending, five
     * seconds to connect, a minute to flush, a second to linger, {@linkplain KeepAlive#defaults() probes} after a minute of silence.
     *
     * @return the defaults
     */
    public static TransportOptions defaults() {
        return DEFAULTS;
    }

    /**
     * These options with another number of loops.
     *
     * @param loops event loops, at least 1
     * @return the changed copy
     */
    public TransportOptions withLoops(int loops) {
        return new TransportOptions(
                loops,
                backlog,
                preReadBytes,
                highWaterMark,
                maxPendingBytes,
                connectTimeout,
                flushTimeout,
                linger,
                keepAlive);
    }

    /**
     * These options with another backlog.
     *
     * @param backlog connections in the kernel, at least 1
     * @return the changed copy
     */
    public TransportOptions withBacklog(int backlog) {
        return new TransportOptions(
                loops,
                backlog,
                preReadBytes,
                highWaterMark,
                maxPendingBytes,
                connectTimeout,
                flushTimeout,
                linger,
                keepAlive);
    }

    /**
     * These options with another bound for reading ahead.
     *
     * @param preReadBytes bytes read ahead, at least 1
     * @return the changed copy
     */
    public TransportOptions withPreReadBytes(int preReadBytes) {
        return new TransportOptions(
                loops,
                backlog,
                preReadBytes,
                highWaterMark,
                maxPendingBytes,
                connectTimeout,
                flushTimeout,
                linger,
                keepAlive);
    }

    /**
     * These options with other bounds for what is pending.
     *
     * @param highWaterMark bytes from which on a connection is not writable, at least 1
     * @param maxPendingBytes bytes past which a write aborts, at least {@code highWaterMark}
     * @return the changed copy
     */
    public TransportOptions withPendingBytes(int highWaterMark, int maxPendingBytes) {
        return new TransportOptions(
                loops,
                backlog,
                preReadBytes,
                highWaterMark,
                maxPendingBytes,
                connectTimeout,
                flushTimeout,
                linger,
                keepAlive);
    }

    /**
     * These options with another time to connect.
     *
     * @param connectTimeout how long an outgoing connection may take
     * @return the changed copy
     */
    public TransportOptions withConnectTimeout(Duration connectTimeout) {
        return new TransportOptions(
                loops,
                backlog,
                preReadBytes,
                highWaterMark,
                maxPendingBytes,
                connectTimeout,
                flushTimeout,
                linger,
                keepAlive);
    }

    /**
     * These options with another time to flush.
     *
     * @param flushTimeout how long a closing connection may take to send what is pending
     * @return the changed copy
     */
    public TransportOptions withFlushTimeout(Duration flushTimeout) {
        return new TransportOptions(
                loops,
                backlog,
                preReadBytes,
                highWaterMark,
                maxPendingBytes,
                connectTimeout,
                flushTimeout,
                linger,
                keepAlive);
    }

    /**
     * These options with another time to close.
     *
     * @param linger how long to wait for the peer to close too
     * @return the changed copy
     */
    public TransportOptions withLinger(Duration linger) {
        return new TransportOptions(
                loops,
                backlog,
                preReadBytes,
                highWaterMark,
                maxPendingBytes,
                connectTimeout,
                flushTimeout,
                linger,
                keepAlive);
    }

    /**
     * These options with other probes for silent peers.
     *
     * @param keepAlive when to ask them; {@link KeepAlive#OFF} for never
     * @return the changed copy
     */
    public TransportOptions withKeepAlive(KeepAlive keepAlive) {
        return new TransportOptions(
                loops,
                backlog,
                preReadBytes,
                highWaterMark,
                maxPendingBytes,
                connectTimeout,
                flushTimeout,
                linger,
                keepAlive);
    }

    private static void atLeast(int least, int value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
        }
    }

    private static void notNegative(Duration value, String name) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, was " + value);
        }
    }
}
