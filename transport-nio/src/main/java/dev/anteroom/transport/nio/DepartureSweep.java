package dev.anteroom.transport.nio;

import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * Finds resets that the selector does not report. A connection is unwatched when it wants neither to read (it has read
 * ahead as much as it may, or its input has ended) nor to write. Its interest is then 0, and the JDK asks the kernel
 * nothing about such a channel.
 *
 * <p>While there are unwatched connections, a periodic sweep therefore gives each of them an interest in OP_CONNECT for
 * the length of one select. An established connection is never ready for OP_CONNECT unless it has an error, because an
 * error makes a channel ready for everything. The interest cannot stay: below the JDK it means that the socket is
 * writable, which it nearly always is, so every select would return at once.
 */
final class DepartureSweep {
    private static final Duration PERIOD = Duration.ofMillis(500);

    /** Connections checked by one select; fewer than the events that one select of the JDK returns (512 on Linux). */
    private static final int BATCH = 256;

    private final NioEventLoop loop;
    private final List<NioTransport> checked = new ArrayList<>();
    private Iterator<SelectionKey> rest = Collections.emptyIterator();
    private boolean requested;
    private boolean found;

    DepartureSweep(NioEventLoop loop) {
        this.loop = loop;
    }

    /** Requests a sweep, because there is an unwatched connection. */
    void request() {
        if (!requested) {
            requested = true;
            loop.later(PERIOD, this::begin);
        }
    }

    private void begin() {
        rest = loop.selector().keys().iterator();
        found = false;
        checkNextBatch();
    }

    /**
     * Checks the next batch. The answers come with the next select. This method then runs again, because timers run
     * after the select.
     */
    private void checkNextBatch() {
        checked.forEach(NioTransport::endHangUpCheck);
        checked.clear();
        while (checked.size() < BATCH && rest.hasNext()) {
            if (rest.next().attachment() instanceof NioTransport transport && transport.beginHangUpCheck()) {
                checked.add(transport);
            }
        }
        found |= !checked.isEmpty();
        if (!checked.isEmpty()) {
            loop.later(Duration.ZERO, this::checkNextBatch);
        } else {
            rest = Collections.emptyIterator();
            requested = false;
            if (found) {
                request();
            }
        }
    }
}
