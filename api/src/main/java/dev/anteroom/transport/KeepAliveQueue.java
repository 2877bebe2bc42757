package dev.anteroom.transport;

import dev.anteroom.protocol.KeepAlive;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The young connections of a loop, whose peers the kernel does not probe yet. Most connections of a busy server end
 * within seconds. Probes would cost each of them four system calls and a timer in the kernel, and would find nothing.
 *
 * <p>Probes start when a connection is between a quarter and half of the idle time old. The kernel counts the idle time
 * from the last byte that it received, so a vanished peer is noticed as soon as if there had been probes from the
 * start.
 */
public final class KeepAliveQueue {
    /** Connections whose probes start in one turn, so that many connections of one age do not hold the loop up. */
    private static final int BATCH = 256;

    private final TransportLoop loop;
    private final KeepAlive keepAlive;
    private final Duration period;
    private @Nullable StreamTransport oldest;
    private @Nullable StreamTransport newest;
    private int periods;
    private boolean ticking;

    /**
     * Creates the queue of a loop.
     *
     * @param loop the loop
     * @param keepAlive when the kernel probes
     */
    public KeepAliveQueue(TransportLoop loop, KeepAlive keepAlive) {
        this.loop = Objects.requireNonNull(loop, "loop");
        this.keepAlive = keepAlive;
        period = keepAlive.idle().dividedBy(4);
    }

    /** Adds a connection that begins. */
    void add(StreamTransport connection) {
        if (keepAlive.isOn()) {
            connection.birth = periods;
            connection.older = newest;
            if (newest == null) {
                oldest = connection;
            } else {
                newest.younger = connection;
            }
            newest = connection;
            tickLater();
        }
    }

    /** Removes a connection, unless its probes have started. */
    void remove(StreamTransport connection) {
        StreamTransport older = connection.older;
        StreamTransport younger = connection.younger;
        if (older != null) {
            older.younger = younger;
        } else if (oldest == connection) {
            oldest = younger;
        }
        if (younger != null) {
            younger.older = older;
        } else if (newest == connection) {
            newest = older;
        }
        connection.older = null;
        connection.younger = null;
    }

    private void tickLater() {
        if (!ticking) {
            ticking = true;
            loop.later(period, this::tick);
        }
    }

    private void tick() {
        ticking = false;
        periods++;
        startDue();
    }

    /** Starts the probes of the connections that were added before the last period. */
    private void startDue() {
        try {
            for (int i = 0; i < BATCH && oldest != null && isDue(oldest); i++) {
                StreamTransport connection = oldest;
                remove(connection);
                connection.startProbes(keepAlive);
            }
        } finally {
            if (oldest != null && isDue(oldest)) {
                loop.later(this::startDue);
            } else if (oldest != null) {
                tickLater();
            }
        }
    }

    private boolean isDue(StreamTransport connection) {
        return periods - connection.birth > 1;
    }
}
