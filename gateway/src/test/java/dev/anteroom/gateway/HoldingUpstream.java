package dev.anteroom.gateway;

import dev.anteroom.gateway.config.Transports;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Serves each connection for a time that depends on the number served, then sends a byte and closes. */
final class HoldingUpstream implements AutoCloseable {
    private final EventLoopGroup loops =
            Transports.named("nio").open(TransportOptions.defaults().withLoops(1));
    private final AtomicInteger current = new AtomicInteger();
    private final IntFunction<Duration> service;
    private final Listener listener;

    HoldingUpstream(IntFunction<Duration> service) {
        this.service = service;
        try {
            listener =
                    loops.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), remote -> new Service());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.address();
    }

    @Override
    public void close() {
        loops.close();
    }

    private final class Service implements Protocol {
        @Override
        public void connectionMade(Transport transport) {
            Duration time = service.apply(current.incrementAndGet());
            transport.eventLoop().schedule(time, () -> {
                transport.write(ByteBuffer.wrap(new byte[] {'.'}));
                transport.close();
            });
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            data.position(data.limit());
        }

        @Override
        public void connectionLost(@Nullable Throwable reason) {
            current.decrementAndGet();
        }
    }
}
