package dev.anteroom.testkit;

import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sends back what it is sent. */
public final class Echo implements Protocol {
    private @Nullable Transport transport;

    /** Not connected yet. */
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
