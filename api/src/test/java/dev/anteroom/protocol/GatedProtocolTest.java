package dev.anteroom.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A gated connection whose transport throws, as any code may when memory runs out, or whose loop has ended. The
 * testkit's suites hold the other tests.
 */
class GatedProtocolTest {
    private static final InetSocketAddress CLIENT = InetSocketAddress.createUnresolved("client", 1);

    private final List<String> calls = new ArrayList<>();
    private boolean inLoop = true;
    private final EventLoop loop = stub(EventLoop.class, (proxy, method, args) -> {
        if (method.getName().equals("inEventLoop")) {
            return inLoop;
        }
        ((Runnable) args[0]).run();
        return null;
    });
    private final Transport transport = stub(Transport.class, (proxy, method, args) -> {
        calls.add(method.getName());
        if (method.getName().equals("write")) {
            throw new OutOfMemoryError("on purpose");
        }
        return method.getName().equals("eventLoop") ? loop : null;
    });

    private static <T> T stub(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Test
    void a_connection_is_aborted_if_its_busy_message_fails() {
        AdmissionGate gate = AdmissionGate.builder().limit(1).build();
        gate.enter(CLIENT, Runnable::run, new Nobody());
        new GatedProtocolFactory(gate, remote -> new Silent())
                .buildProtocol(CLIENT)
                .connectionMade(transport);
        gate.close();
        assertEquals(List.of("eventLoop", "pauseReading", "eventLoop", "write", "abort"), calls);
    }

    /** A loop that has shut down rejects the callback, so the gate makes it on the thread that ended the wait. */
    @Test
    void a_connection_of_a_loop_that_has_ended_gives_its_slot_back() {
        AdmissionGate gate = AdmissionGate.builder().limit(1).build();
        Admission served = gate.enter(CLIENT, Runnable::run, new Nobody());
        List<Protocol> built = new ArrayList<>();
        parked(gate, built);
        inLoop = false;
        served.leave();
        assertEquals(0, gate.snapshot().active());
        assertEquals(List.of(), built);
        assertEquals(List.of("eventLoop", "pauseReading", "eventLoop"), calls);
    }

    @Test
    void a_connection_of_a_loop_that_has_ended_is_not_told_that_it_is_refused() {
        AdmissionGate gate = AdmissionGate.builder().limit(0).build();
        parked(gate, new ArrayList<>());
        inLoop = false;
        gate.close();
        assertEquals(List.of("eventLoop", "pauseReading", "eventLoop"), calls);
    }

    private void parked(AdmissionGate gate, List<Protocol> built) {
        GatedProtocolFactory factory = new GatedProtocolFactory(gate, remote -> {
            built.add(new Silent());
            return built.get(0);
        });
        factory.buildProtocol(CLIENT).connectionMade(transport);
    }

    private static final class Nobody implements AdmissionCallback {
        @Override
        public void admitted(Admission admission) {}

        @Override
        public void turnedAway(Admission admission) {}
    }

    private static final class Silent implements Protocol {
        @Override
        public void connectionMade(Transport transport) {}

        @Override
        public void dataReceived(ByteBuffer data) {}

        @Override
        public void connectionLost(@Nullable Throwable reason) {}
    }
}
