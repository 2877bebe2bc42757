package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.identity.ClientAddress;
import dev.anteroom.gateway.identity.ClientHelloReader;
import dev.anteroom.gateway.identity.ProxiedAddresses;
import dev.anteroom.gateway.identity.ProxyHeaderReader;
import dev.anteroom.protocol.DelegatingProtocol;
import dev.anteroom.protocol.EventLoop.Cancellable;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A connection before it reaches its gate. The gateway learns what it must know of the connection first in stages. Each
 * stage is a delegate that is swapped for the next one. The last is the gated protocol, which treats the connection as
 * if it had arrived at that moment.
 *
 * <pre>
 *   begin --> Header --> Silence --> Hello --> gated        each stage but the last only if the settings require it
 *                |          |          |
 *                +----------+----------+-----> dropped      for one of the reasons in DropReason
 * </pre>
 *
 * <ul>
 *   <li><b>Header</b> consumes the PROXY header of a trusted proxy, to its last byte. A malformed or late header resets
 *       the connection.
 *   <li><b>Silence</b> waits for the first byte and consumes none.
 *   <li><b>Hello</b> consumes bytes until it knows the server name or knows that there is none, the timeout has passed,
 *       or it has {@link ClientHelloReader#LONGEST} bytes. The bytes go with the connection, in its
 *       {@link PreGateData}. Their content is never a reason to drop the connection.
 * </ul>
 *
 * <p>A stage leaves unread what it does not consume. The swap hands those bytes to the next stage in the same call; if
 * that stage pauses reading, as a gated protocol does, the transport keeps them. So no byte is lost, duplicated or
 * reordered. Every stage has a timer, and {@link Arrivals} bounds how many connections are in any stage. An arrival is
 * confined to its connection's event loop.
 */
final class Arrival {
    private final ListenerPipeline pipeline;
    private final DelegatingProtocol protocol;
    private SocketAddress source;
    private @Nullable InetSocketAddress destination;
    private @Nullable Transport transport;
    private @Nullable Cancellable timer;
    private boolean over;

    Arrival(ListenerPipeline pipeline, SocketAddress remote) {
        this.pipeline = pipeline;
        this.source = remote;
        this.protocol = new DelegatingProtocol(new Begin());
    }

    /** Returns the protocol for the whole life of the client's connection. */
    Protocol protocol() {
        return protocol;
    }

    private Transport transport() {
        return Objects.requireNonNull(transport, "not connected yet");
    }

    private void afterHeader() {
        if (pipeline.awaitsFirstByte()) {
            protocol.swap(new Silence());
        } else {
            afterSilence();
        }
    }

    private void afterSilence() {
        if (pipeline.readsServerName()) {
            protocol.swap(new Hello());
        } else {
            enter(new byte[0], false);
        }
    }

    private void enter(byte[] read, boolean inputEnded) {
        end();
        pipeline.arrivals().end(this);
        protocol.swap(pipeline.gated(source, new PreGateData(destination, read, inputEnded)));
    }

    private void end() {
        over = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void drop(DropReason reason) {
        end();
        pipeline.dropped(this, source, reason);
        if (reason == DropReason.MALFORMED || reason == DropReason.LATE) {
            transport().abort();
        } else {
            if (reason != DropReason.LEFT) {
                transport().write(pipeline.busyMessage());
            }
            transport().close();
        }
    }

    /** Drops this connection, the oldest, because too many are arriving. May be called from any thread. */
    void dropAsOldest() {
        try {
            transport().eventLoop().execute(() -> {
                if (!over) {
                    drop(DropReason.CROWDED);
                }
            });
        } catch (RejectedExecutionException e) {
            // The loop is closed, and so is the connection.
        }
    }

    /** A step that learns one thing about the connection. */
    private abstract class Stage implements Protocol {
        private final Duration timeout;

        Stage(Duration timeout) {
            this.timeout = timeout;
        }

        @Override
        public final void connectionMade(Transport connection) {
            if (timer != null) {
                timer.cancel();
            }
            timer = connection.eventLoop().schedule(timeout, () -> {
                if (!over) {
                    late();
                }
            });
        }

        abstract void late();

        @Override
        public void inputClosed(Transport connection) {
            drop(DropReason.LEFT);
        }

        @Override
        public final void connectionLost(@Nullable Throwable reason) {
            lost();
        }
    }

    private void lost() {
        if (!over) {
            end();
            pipeline.dropped(this, source, DropReason.LEFT);
        }
    }

    /** Chooses the first stage. */
    private final class Begin implements Protocol {
        @Override
        public void connectionMade(Transport connection) {
            transport = connection;
            pipeline.arrivals().begin(Arrival.this);
            if (pipeline.isProxy(source)) {
                protocol.swap(new Header());
            } else {
                afterHeader();
            }
        }

        @Override
        public void dataReceived(ByteBuffer data) {}

        @Override
        public void connectionLost(@Nullable Throwable reason) {
            lost();
        }
    }

    private final class Header extends Stage {
        private final ProxyHeaderReader reader = new ProxyHeaderReader();

        Header() {
            super(pipeline.identity().timeout());
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            try {
                if (!reader.read(data)) {
                    return;
                }
            } catch (IllegalArgumentException e) {
                pipeline.warnMalformedHeader(source, String.valueOf(e.getMessage()));
                drop(DropReason.MALFORMED);
                return;
            }
            ProxiedAddresses addresses = reader.addresses();
            if (addresses != null) {
                source = addresses.source();
                destination = addresses.destination();
            }
            afterHeader();
        }

        @Override
        void late() {
            long millis = pipeline.identity().timeout().toMillis();
            pipeline.warnMalformedHeader(source, "no PROXY header arrived within " + millis + " ms");
            drop(DropReason.LATE);
        }
    }

    private final class Silence extends Stage {
        Silence() {
            super(pipeline.identity().readyTimeout());
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            afterSilence();
        }

        @Override
        void late() {
            drop(DropReason.SILENT);
        }
    }

    private final class Hello extends Stage {
        private final ClientHelloReader reader = new ClientHelloReader();

        Hello() {
            super(pipeline.identity().timeout());
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            if (reader.read(data)) {
                enterNamed(false);
            }
        }

        private void enterNamed(boolean inputEnded) {
            String name = reader.serverName();
            if (name != null && source instanceof InetSocketAddress address) {
                source = new ClientAddress(address, name);
            }
            enter(reader.taken(), inputEnded);
        }

        /** Runs outside any callback of the connection, so the transport does not handle what the gate throws. */
        @Override
        void late() {
            try {
                enterNamed(false);
            } catch (Throwable e) {
                transport().abort();
                throw e;
            }
        }

        /** Treats a half-close as for a waiting connection: it leaves, or its upstream is told once it is served. */
        @Override
        public void inputClosed(Transport connection) {
            if (pipeline.isLeavingByHalfClose()) {
                drop(DropReason.LEFT);
            } else {
                enterNamed(true);
            }
        }
    }
}
