package dev.anteroom.gateway.rehearsal;

import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The upstream's side of a connection: reads the service time that the client requests, sends one byte to say that
 * service has begun, and closes after that time.
 */
final class TimedService implements Protocol {
    private final ByteBuffer request = ByteBuffer.allocate(Long.BYTES);
    private @Nullable Transport transport;

    /** Returns the request of a client for a service time. */
    static ByteBuffer request(long serviceNanos) {
        return ByteBuffer.allocate(Long.BYTES).putLong(serviceNanos).flip();
    }

    @Override
    public void connectionMade(Transport transport) {
        this.transport = transport;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        while (data.hasRemaining() && request.hasRemaining()) {
            request.put(data.get());
        }
        if (!request.hasRemaining()) {
            Transport client = Objects.requireNonNull(transport);
            client.write(ByteBuffer.allocate(1));
            client.eventLoop().schedule(Duration.ofNanos(request.getLong(0)), client::close);
        }
    }

    @Override
    public void connectionLost(@Nullable Throwable reason) {}
}
