package dev.anteroom.gateway.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.protocol.Listener;
import dev.anteroom.testkit.FakeEventLoop;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests the accept rate. The test controls the clock. */
class AcceptPacerTest {
    private final FakeEventLoop loop = new FakeEventLoop();
    private final Switch listener = new Switch();
    private long nanos = Long.MAX_VALUE - 5_000_000; // the clock may wrap
    private AcceptPacer pacer;

    private void open(Integer perSecond) {
        pacer = new AcceptPacer(loop, () -> nanos, perSecond);
        pacer.pace(listener);
    }

    private void advance(long millis) {
        for (long i = 0; i < millis; i++) {
            nanos += 1_000_000;
            loop.advance(Duration.ofMillis(1));
        }
    }

    /** Accepts every connection that the listener lets in, and counts them. */
    private int acceptAll() {
        int count = 0;
        while (listener.accepting && count < 10_000) {
            pacer.accepted();
            count++;
        }
        return count;
    }

    @Test
    void a_burst_is_a_tenth_of_a_second() {
        open(50);
        assertEquals(5, acceptAll());
    }

    @Test
    void a_slow_rate_lets_in_one_at_a_time() {
        open(2);
        assertEquals(1, acceptAll());
        advance(499);
        assertFalse(listener.accepting);
        advance(2);
        assertEquals(1, acceptAll());
    }

    @Test
    void the_rate_holds_over_time() {
        open(50);
        int count = acceptAll();
        for (int i = 0; i < 10_000; i++) {
            advance(1);
            count += acceptAll();
        }
        assertTrue(count >= 500 && count <= 505, "accepted " + count);
    }

    @Test
    void idle_time_is_not_saved_up() {
        open(50);
        advance(60_000);
        assertEquals(5, acceptAll());
    }

    @Test
    void connections_accepted_during_a_pause_count() {
        open(50);
        for (int i = 0; i < 55; i++) {
            pacer.accepted();
        }
        advance(999);
        assertFalse(listener.accepting);
        advance(22);
        assertEquals(1, acceptAll());
    }

    @Test
    void a_connection_before_the_listener_is_known_counts() {
        pacer = new AcceptPacer(loop, () -> nanos, 1);
        pacer.accepted();
        pacer.pace(listener);
        assertFalse(listener.accepting);
    }

    @Test
    void a_new_rate_applies_at_once() {
        open(1);
        acceptAll();
        pacer.change(100);
        assertEquals(10, acceptAll());
        pacer.change(null);
        assertEquals(10_000, acceptAll());
        pacer.change(1);
        assertEquals(1, acceptAll());
    }

    @Test
    void a_closed_listener_is_left_alone() {
        open(1);
        acceptAll();
        pacer.close();
        advance(5_000);
        pacer.accepted();
        assertFalse(listener.accepting);
    }

    private static final class Switch implements Listener {
        private boolean accepting = true;

        @Override
        public SocketAddress address() {
            return new InetSocketAddress(0);
        }

        @Override
        public void pauseAccepting() {
            accepting = false;
        }

        @Override
        public void resumeAccepting() {
            accepting = true;
        }

        @Override
        public void close() {}
    }
}
