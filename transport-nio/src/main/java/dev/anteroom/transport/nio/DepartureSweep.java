package dev.anteroom.transport.nio;

import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * Finds the resets that nobody reports. A connection is unheard when it wants neither to read (as much as is read ahead was
 * read, or the input has ended) nor to write: its interest is 0, and for such a channel the JDK asks the kernel nothing.
 *
 * <p>So now and then, while there are unheard connections, each is given an interest for the length of one select: in
 * OP_CONNECT, which an established connection is never ready for, unless there is an error, because an error makes a channel
 * ready for everything. It could not stay so: below the JDK it means that the socket may be written to, which is so nearly
 * always, and every select would return at once.
 */
final class DepartureSweep {
    private static final Duration PERIOD = Duration.ofMillis(500);

    /** Fewer than the events that one select of the JDK returns (512 on Linux). */
    private static final int BATCH = 256;

    private final NioEventLoop loop;
    private final List<NioTransport> asked = new ArrayList<>();
    private Iterator<SelectionKey> rest = Collections.emptyIterator();
    private boolean wanted;
    private boolean found;

    DepartureSweep(NioEventLoop loop) {
        this.loop = loop;
    }

    /** There is an unheard connection. */
    void want() {
        if (!wanted) {
            wanted = true;
            loop.later(PERIOD, this::begin);
        }
    }

    private void begin() {
        rest = loop.selector().keys().iterator();
        found = false;
        ask();
    }

    /** Asks about some. The answers come with the next select; this is called again after that, for timers come after it. */
    private void ask() {
        asked.forEach(NioTransport::askedForHangUp);
        asked.clear();
        while (asked.size() < BATCH && rest.hasNext()) {
            if (rest.next().attachment() instanceof NioTransport transport && transport.askForHangUp()) {
                asked.add(transport);
            }
        }
        found |= !asked.isEmpty();
        if (!asked.isEmpty()) {
            loop.later(Duration.ZERO, this::ask);
        } else {
            rest = Collections.emptyIterator();
            wanted = false;
            if (found) {
                want();
            }
        }
    }
}
