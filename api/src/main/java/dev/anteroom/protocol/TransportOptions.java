package dev.anteroom.protocol;

import java.time.Duration;
import java.util.Objects;

/**
 * The options of a transport.
 *
 * @param loops the number of event loops, at least 1
 * @param backlog the number of connections that the kernel keeps until they are accepted, for each listening socket, at
 *     least 1
 * @param preReadBytes the largest number of bytes read ahead on a connection whose reading is paused, at least 1
 * @param highWaterMark the number of pending bytes from which a connection is not writable; it is writable again at
 *     half of it
 * @param maxPendingBytes the number of pending bytes above which a further write aborts the connection, at least {@code
 *     highWaterMark}
 * @param connectTimeout the longest time that connecting may take
 * @param flushTimeout how long {@link Transport#close()} waits for the peer to read the pending bytes, before it resets
 *     the connection
 * @param linger how long {@link Transport#close()} waits for the peer to close too, after the last byte was sent
 * @param keepAlive when the kernel probes silent peers, on accepted and on outgoing connections
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
     * Checks the values.
     *
     * @param loops event loops
     * @param backlog connections in the kernel
     * @param preReadBytes bytes read ahead
     * @param highWaterMark pending bytes from which a connection is not writable
     * @param maxPendingBytes pending bytes above which a write aborts
     * @param connectTimeout the time to connect
     * @param flushTimeout the time to send the pending bytes
     * @param linger the time to close
     * @param keepAlive the probes of silent peers
     * @throws IllegalArgumentException if a value is out of bounds
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
     * Returns the defaults: a loop per processor, a backlog of 4,096, 4 KiB read ahead, not writable from 64 KiB, at
     * most 16 MiB pending, five seconds to connect, a minute to flush, a second to linger, and {@linkplain
     * KeepAlive#defaults() probes} after a minute of silence.
     *
     * @return the defaults
     */
    public static TransportOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these options with another number of loops.
     *
     * @param loops the number of event loops, at least 1
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
     * Returns these options with another backlog.
     *
     * @param backlog the number of connections in the kernel, at least 1
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
     * Returns these options with another bound for reading ahead.
     *
     * @param preReadBytes the number of bytes read ahead, at least 1
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
     * Returns these options with other bounds for pending bytes.
     *
     * @param highWaterMark the number of pending bytes from which a connection is not writable, at least 1
     * @param maxPendingBytes the number of pending bytes above which a write aborts, at least {@code highWaterMark}
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
     * Returns these options with another connect timeout.
     *
     * @param connectTimeout the longest time that connecting may take
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
     * Returns these options with another flush timeout.
     *
     * @param flushTimeout how long a closing connection may take to send its pending bytes
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
     * Returns these options with another linger time.
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
     * Returns these options with other probes of silent peers.
     *
     * @param keepAlive when to probe; {@link KeepAlive#OFF} for never
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
