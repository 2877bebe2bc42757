package dev.anteroom.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DelegatingProtocolTest {
    private boolean reading = true;
    private final Transport transport = (Transport) Proxy.newProxyInstance(
            Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (proxy, method, args) -> {
                switch (method.getName()) {
                    case "isReading" -> {
                        return reading;
                    }
                    case "pauseReading" -> reading = false;
                    default -> throw new AssertionError(method.getName());
                }
                return null;
            });
    private final Ear first = new Ear("first");
    private final Ear second = new Ear("second");
    private final List<String> heard = new ArrayList<>();
    private final DelegatingProtocol protocol = new DelegatingProtocol(first);

    @Test
    void every_callback_goes_to_the_delegate() {
        protocol.connectionMade(transport);
        protocol.dataReceived(bytes("x"));
        protocol.writabilityChanged(false);
        protocol.endOfInputSeen(transport);
        protocol.inputClosed(transport);
        protocol.connectionLost(new IOException("gone"));
        assertEquals(
                List.of(
                        "first made",
                        "first data x",
                        "first writable false",
                        "first end seen",
                        "first input closed",
                        "first lost gone"),
                heard);
    }

    @Test
    void after_a_swap_the_old_delegate_hears_nothing_and_the_new_one_everything() {
        protocol.connectionMade(transport);
        assertTrue(protocol.swap(second));
        protocol.dataReceived(bytes("x"));
        protocol.connectionLost(null);
        assertEquals(List.of("first made", "second made", "second data x", "second lost null"), heard);
        assertSame(second, protocol.delegate());
    }

    @Test
    void a_swap_before_the_connection_is_made_makes_it_once() {
        protocol.swap(second);
        protocol.connectionMade(transport);
        assertEquals(List.of("second made"), heard);
    }

    @Test
    void bytes_left_unread_by_a_swap_go_to_the_new_delegate() {
        first.onData = data -> {
            data.get();
            protocol.swap(second);
        };
        protocol.connectionMade(transport);
        protocol.dataReceived(bytes("abc"));
        assertEquals(List.of("first made", "second made", "second data bc"), heard);
    }

    @Test
    void a_swap_without_unread_bytes_causes_no_call() {
        first.onData = data -> {
            data.position(data.limit());
            protocol.swap(second);
        };
        protocol.connectionMade(transport);
        protocol.dataReceived(bytes("abc"));
        assertEquals(List.of("first made", "second made"), heard);
    }

    @Test
    void a_new_delegate_that_pauses_leaves_the_bytes_in_the_buffer() {
        first.onData = data -> {
            data.get();
            protocol.swap(second);
        };
        second.pausing = true;
        protocol.connectionMade(transport);
        ByteBuffer data = bytes("abc");
        protocol.dataReceived(data);
        assertEquals(List.of("first made", "second made"), heard);
        assertEquals("bc", US_ASCII.decode(data).toString());
    }

    @Test
    void a_delegate_that_leaves_bytes_unread_is_not_called_again() {
        first.onData = data -> {};
        protocol.connectionMade(transport);
        protocol.dataReceived(bytes("abc"));
        assertEquals(List.of("first made"), heard);
    }

    @Test
    void a_swap_after_the_loss_changes_nothing() {
        protocol.connectionMade(transport);
        protocol.connectionLost(null);
        assertFalse(protocol.swap(second));
        assertSame(first, protocol.delegate());
        assertEquals(List.of("first made", "first lost null"), heard);
    }

    @Test
    void a_delegate_that_throws_in_connection_made_hears_of_the_loss() {
        protocol.connectionMade(transport);
        second.throwing = true;
        assertThrows(IllegalStateException.class, () -> protocol.swap(second));
        protocol.connectionLost(null);
        assertEquals(List.of("first made", "second made", "second lost null"), heard);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private interface OnData {
        void read(ByteBuffer data);
    }

    private final class Ear implements Protocol {
        private final String name;
        private OnData onData = this::note;
        private boolean pausing;
        private boolean throwing;

        Ear(String name) {
            this.name = name;
        }

        private void note(ByteBuffer data) {
            heard.add(name + " data " + US_ASCII.decode(data));
        }

        @Override
        public void connectionMade(Transport transport) {
            heard.add(name + " made");
            if (pausing) {
                transport.pauseReading();
            }
            if (throwing) {
                throw new IllegalStateException("made to fail");
            }
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            onData.read(data);
        }

        @Override
        public void inputClosed(Transport transport) {
            heard.add(name + " input closed");
        }

        @Override
        public void endOfInputSeen(Transport transport) {
            heard.add(name + " end seen");
        }

        @Override
        public void writabilityChanged(boolean writable) {
            heard.add(name + " writable " + writable);
        }

        @Override
        public void connectionLost(@Nullable Throwable reason) {
            heard.add(name + " lost " + (reason == null ? null : reason.getMessage()));
        }
    }
}
