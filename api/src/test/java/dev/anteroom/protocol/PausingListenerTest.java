package dev.anteroom.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.gate.AdmissionGate;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PausingListenerTest {
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final AdmissionGate gate =
            AdmissionGate.builder().limit(1).maxWaiting(1).build();

    @Test
    void a_listener_is_called_outside_every_lock() throws Exception {
        CompletableFuture<Listener> hold = new CompletableFuture<>();
        hold.complete(PausingListener.pauseWhenFull(gate, new Recorder() {
            @Override
            public void pauseAccepting() {
                super.pauseAccepting();
                CompletableFuture.runAsync(hold.join()::resumeAccepting).join();
            }
        }));
        CompletableFuture.runAsync(hold.join()::pauseAccepting).get(20, TimeUnit.SECONDS);
        assertEquals(List.of("pause", "resume"), calls);
    }

    @Test
    void a_listener_that_throws_is_called_again() {
        Listener hold = PausingListener.pauseWhenFull(gate, new Recorder() {
            @Override
            public void pauseAccepting() {
                throw new IllegalStateException("does not pause");
            }
        });
        assertThrows(IllegalStateException.class, hold::pauseAccepting);
        hold.resumeAccepting();
        assertEquals(List.of("resume"), calls);
    }

    private class Recorder implements Listener {
        @Override
        public SocketAddress address() {
            return new InetSocketAddress(0);
        }

        @Override
        public void pauseAccepting() {
            calls.add("pause");
        }

        @Override
        public void resumeAccepting() {
            calls.add("resume");
        }

        @Override
        public void close() {}
    }
}
