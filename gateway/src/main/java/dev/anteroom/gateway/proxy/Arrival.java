package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.identity.ClientAddress;
import dev.anteroom.gateway.identity.ClientHelloReader;
import dev.anteroom.gateway.identity.Ends;
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
 * A connection before it comes to its gate. What is to be known of it first is found out in stages, each a delegate that is
 * swapped for the next; the last is the gated protocol, and from there all is as if the connection had come then.
 *
 * <pre>
 *   begin --> Header --> Silence --> Hello --> gated        each stage but the last only if it is asked for
 *                |          |          |
 *                +----------+----------+-----> dropped      for one of the reasons in Drop
 * </pre>
 *
 * <ul>
 *   <li><b>Header</b> takes the PROXY header of a trusted proxy, to its last byte. One that is malformed or late is a reset.
 *   <li><b>Silence</b> waits for the first byte, and takes none.
 *   <li><b>Hello</b> takes bytes until the server name is known, or that there will be none, or the time is over, or there are
 *       {@link ClientHelloReader#LONGEST}. They go with the connection, in its {@link Preface}. Never drops for what they are.
 * </ul>
 *
 * <p>What a stage does not take is left unread: the swap hands it to the next stage in the same call, or, where that pauses reading as
 * a gated protocol does, the transport keeps it. So no byte is lost, doubled or reordered. Every stage has a timer, and
 * {@link Arrivals} bounds how many connections are in any. Lives on the connection's event loop.
 */
final class Arrival {
    private final Entrance entrance;
    private final DelegatingProtocol protocol;
    private SocketAddress source;
    private @Nullable InetSocketAddress destination;
    private @Nullable Transport transport;
    private @Nullable Cancellable timer;
    private boolean over;

    Arrival(Entrance entrance, SocketAddress remote) {
        this.entrance = entrance;
        this.source = remote;
        this.protocol = new DelegatingProtocol(new Begin());
    }

    /** What is spoken with the client, from its first byte to the last. */
    Protocol protocol() {
        return protocol;
    }

    private Transport transport() {
        return Objects.requireNonNull(transport, "not connected yet");
    }

    private void afterHeader() {
        if (entrance.awaitsFirstByte()) {
            protocol.swap(new Silence());
        } else {
            afterSilence();
        }
    }

    private void afterSilence() {
        if (entrance.readsServerName()) {
            protocol.swap(new Hello());
        } else {
            enter(new byte[0], false);
        }
    }

    private void enter(byte[] read, boolean inputEnded) {
        end();
        entrance.arrivals().end(this);
        protocol.swap(entrance.gated(source, new Preface(destination, read, inputEnded)));
    }

    private void end() {
        over = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void drop(Drop why) {
        end();
        entrance.dropped(this, source, why);
        if (why == Drop.MALFORMED || why == Drop.LATE) {
            transport().abort();
        } else {
            if (why != Drop.LEFT) {
                transport().write(entrance.busyMessage());
            }
            transport().close();
        }
    }

    /** There are too many, and this is the eldest. From any thread. */
    void crowdOut() {
        try {
            transport().eventLoop().execute(() -> {
                if (!over) {
                    drop(Drop.CROWDED);
                }
            });
        } catch (RejectedExecutionException e) {
            // The loop is closed, and with it the connection.
        }
    }

    /** Something that is to be found out. */
    private abstract class Stage implements Protocol {
        private final Duration patience;

        Stage(Duration patience) {
            this.patience = patience;
        }

        @Override
        public final void connectionMade(Transport connection) {
            if (timer != null) {
                timer.cancel();
            }
            timer = connection.eventLoop().schedule(patience, () -> {
                if (!over) {
                    late();
                }
            });
        }

        abstract void late();

        @Override
        public void inputClosed(Transport connection) {
            drop(Drop.LEFT);
        }

        @Override
        public final void connectionLost(@Nullable Throwable reason) {
            lost();
        }
    }

    private void lost() {
        if (!over) {
            end();
            entrance.dropped(this, source, Drop.LEFT);
        }
    }

    /** Chooses the first stage. */
    private final class Begin implements Protocol {
        @Override
        public void connectionMade(Transport connection) {
            transport = connection;
            entrance.arrivals().begin(Arrival.this);
            if (entrance.isProxy(source)) {
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
            super(entrance.identity().timeout());
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            try {
                if (!reader.read(data)) {
                    return;
                }
            } catch (IllegalArgumentException e) {
                entrance.complain(source, String.valueOf(e.getMessage()));
                drop(Drop.MALFORMED);
                return;
            }
            Ends ends = reader.ends();
            if (ends != null) {
                source = ends.source();
                destination = ends.destination();
            }
            afterHeader();
        }

        @Override
        void late() {
            long millis = entrance.identity().timeout().toMillis();
            entrance.complain(source, "no PROXY header came within " + millis + " ms");
            drop(Drop.LATE);
        }
    }

    private final class Silence extends Stage {
        Silence() {
            super(entrance.identity().readyTimeout());
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            afterSilence();
        }

        @Override
        void late() {
            drop(Drop.SILENT);
        }
    }

    private final class Hello extends Stage {
        private final ClientHelloReader reader = new ClientHelloReader();

        Hello() {
            super(entrance.identity().timeout());
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

        /** Outside any callback of the connection, so what the gate throws is not the transport's to see to. */
        @Override
        void late() {
            try {
                enterNamed(false);
            } catch (Throwable e) {
                transport().abort();
                throw e;
            }
        }

        /** As one that waits does: it has left, or will be told of its end when it is served. */
        @Override
        public void inputClosed(Transport connection) {
            if (entrance.isLeavingByHalfClose()) {
                drop(Drop.LEFT);
            } else {
                enterNamed(true);
            }
        }
    }
}
