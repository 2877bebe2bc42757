package dev.anteroom.testkit;

import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A protocol that sends back the bytes it receives. */
public final class Echo implements Protocol {
    private @Nullable Transport transport;

    /** Creates a protocol that is not connected yet. */
    public Echo() {}

    @Override
    public void connectionMade(Transport transport) {
        this.transport = transport;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        Objects.requireNonNull(transport).write(data);
    }

    @Override
    public void connectionLost(@Nullable Throwable reason) {}
}
