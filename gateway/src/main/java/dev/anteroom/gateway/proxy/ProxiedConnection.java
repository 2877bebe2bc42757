package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.Admission;
import dev.anteroom.gateway.identity.Ends;
import dev.anteroom.gateway.identity.ProxyVersion;
import dev.anteroom.protocol.EventLoop;
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
 * A client that was admitted and its connection to the upstream, both on one event loop. What the one sends the other gets,
 * half-closes included. Neither is read while the other is not writable, so what is under way is bounded.
 *
 * <p><b>The slot</b> is given back once the upstream connection is closed both ways, not when the client is gone; else the
 * upstream would see more connections than the limit. So when the client is gone, even by a reset, the upstream is sent a
 * FIN: its own FIN in answer says that it has noticed, which nothing would after a reset. A reset of the upstream says as
 * much, and is passed on to the client.
 *
 * <p><b>Before the first byte</b> the upstream may be told who the client is, and it hears what was read of the client before it was
 * admitted.
 *
 * <p>Nobody keeps a slot for nothing: an upstream whose client is gone is reset after {@link #FAREWELL}, and a client whose
 * upstream has finished must say something every {@link #SILENCE}, for as long as it is being read.
 */
final class ProxiedConnection {
    /** How long an upstream may take to finish when its client is gone. */
    private static final Duration FAREWELL = Duration.ofSeconds(3);

    /** How long a client may say nothing when its upstream has finished: TCP sends a lost segment again before, even twice. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private final Proxy proxy;
    private final Admission admission;
    private final Preface preface;
    private final Client client = new Client();
    private final Upstream upstream = new Upstream();
    private final long begin = System.nanoTime();
    private Service.@Nullable End end;
    private @Nullable Cancellable timer;
    private @Nullable Dial dial;
    private boolean leaving;

    ProxiedConnection(Proxy proxy, Admission admission, Preface preface) {
        this.proxy = proxy;
        this.admission = admission;
        this.preface = preface;
    }

    /** What is spoken with the client. */
    Protocol client() {
        return client;
    }

    EventLoop loop() {
        return client.transport().eventLoop();
    }

    /** Sets the one timer of the pair. */
    private void after(Duration delay, Runnable task) {
        stopTimer();
        try {
            timer = loop().schedule(delay, task);
        } catch (RejectedExecutionException e) {
            // The loop is closed, and with it both connections.
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }

    /** The client is gone; now the upstream goes, in order if it will. */
    private void sayFarewell() {
        leaving = true;
        upstream.transport().resumeReading();
        upstream.transport().shutdownOutput();
        after(FAREWELL, upstream.transport()::abort);
    }

    private Dial dial() {
        return Objects.requireNonNull(dial, "not connected yet");
    }

    /** All that has come, either way. */
    long bytes() {
        return client.received + upstream.received;
    }

    /** Whether it is served, and nothing has been done about its end yet. */
    boolean isServed() {
        return upstream.isConnected() && !upstream.lost && !leaving;
    }

    /** Its time is over: both connections end, in order if they will. */
    void hurry() {
        endedBy(Service.End.TIME);
        client.transport().close();
        sayFarewell();
    }

    /** Null for a client without an IP address. */
    private @Nullable Ends ends() {
        InetSocketAddress claimed = preface.destination();
        SocketAddress destination = claimed == null ? client.transport().localAddress() : claimed;
        return admission.source() instanceof InetSocketAddress source && destination instanceof InetSocketAddress here
                ? new Ends(source, here)
                : null;
    }

    /** Keeps what has ended the pair: the first that says so. */
    private void endedBy(Service.End cause) {
        end = end == null ? cause : end;
    }

    private void endIfBothLost() {
        if (client.lost && upstream.lost && end != null) {
            long nanos = System.nanoTime() - begin;
            proxy.ended(this, admission, new Service(nanos, client.received, upstream.received, end));
        }
    }

    /** One connection of the two. */
    private abstract static class Side implements Protocol {
        private @Nullable Transport transport;

        /** Its FIN has come. */
        boolean finished;

        boolean lost;

        /** Bytes passed on to the other side. */
        long received;

        @Override
        public void connectionMade(Transport transport) {
            this.transport = transport;
        }

        final boolean isConnected() {
            return transport != null;
        }

        final Transport transport() {
            return Objects.requireNonNull(transport, "not connected yet");
        }

        final void passOn(ByteBuffer data, Side other) {
            received += data.remaining();
            other.transport().write(data);
            if (!other.transport().isWritable()) {
                transport().pauseReading();
            }
        }

        final void finish(Side other) {
            finished = true;
            other.transport().shutdownOutput();
        }
    }

    private final class Client extends Side {
        private boolean silent;

        @Override
        public void connectionMade(Transport transport) {
            super.connectionMade(transport);
            transport.pauseReading();
            dial = new Dial(proxy.upstreams(), loop(), upstream, upstream::notConnected);
            dial.start();
        }

        /** One that is held still waits, and leaves as one that waits. */
        @Override
        public void endOfInputSeen(Transport transport) {
            if (dial().isHeld() && proxy.settings().isLeavingByHalfClose()) {
                dial().giveUp();
            }
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            silent = false;
            passOn(data, upstream);
        }

        @Override
        public void inputClosed(Transport transport) {
            endedBy(Service.End.CLIENT);
            finish(upstream);
        }

        @Override
        public void writabilityChanged(boolean writable) {
            if (writable) {
                upstream.transport().resumeReading();
            }
        }

        @Override
        public void connectionLost(@Nullable Throwable reason) {
            lost = true;
            endedBy(reason == null ? Service.End.CLIENT : Service.End.CLIENT_RESET);
            if (!upstream.isConnected()) {
                dial().giveUp();
            } else if (!upstream.lost) {
                sayFarewell();
            }
            endIfBothLost();
        }

        /** What was read of it before goes first. */
        void begin() {
            resume();
            ByteBuffer read = preface.takeBytes();
            if (read.hasRemaining()) {
                passOn(read, upstream);
            }
            if (preface.inputEnded()) {
                inputClosed(transport());
            }
        }

        /** It is read from now on, so it has not been silent before. */
        void resume() {
            silent = false;
            transport().resumeReading();
        }

        /** Closes the pair if the client was read ever since the last call, and has said nothing. */
        void listen() {
            if (silent && transport().isReading()) {
                transport().close();
                sayFarewell();
            } else {
                silent = true;
                after(SILENCE, this::listen);
            }
        }
    }

    private final class Upstream extends Side {
        @Override
        public void connectionMade(Transport transport) {
            super.connectionMade(transport);
            proxy.connected(ProxiedConnection.this);
            introduce(transport);
            if (client.lost) {
                sayFarewell();
            } else {
                client.begin();
            }
        }

        private void introduce(Transport transport) {
            ProxyVersion version = proxy.upstreams().sendProxy();
            if (version != null) {
                transport.write(ByteBuffer.wrap(version.header(ends())));
            }
        }

        void notConnected(Throwable reason) {
            lost = true;
            endedBy(Service.End.UNREACHABLE);
            admission.serviceFailed();
            admission.leave();
            client.transport().close();
            endIfBothLost();
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            if (!client.lost) {
                passOn(data, client);
            }
        }

        @Override
        public void inputClosed(Transport transport) {
            endedBy(Service.End.UPSTREAM);
            finish(client);
            if (!client.lost && !client.finished) {
                client.listen();
            }
        }

        @Override
        public void writabilityChanged(boolean writable) {
            if (writable) {
                client.resume();
            }
        }

        @Override
        public void connectionLost(@Nullable Throwable reason) {
            lost = true;
            endedBy(reason == null ? Service.End.UPSTREAM : Service.End.UPSTREAM_RESET);
            stopTimer();
            if (reason == null || finished) {
                client.transport().close();
            } else {
                if (!client.lost) {
                    admission.serviceFailed();
                }
                client.transport().abort();
            }
            dial().closed();
            admission.leave();
            endIfBothLost();
        }
    }
}
