package dev.anteroom.gateway.proxy;

import dev.anteroom.expression.Durations;
import dev.anteroom.gate.Admission;
import dev.anteroom.gateway.config.TimeLimits;
import dev.anteroom.gateway.identity.ProxiedAddresses;
import dev.anteroom.gateway.identity.ProxyVersion;
import dev.anteroom.gateway.upstream.Dial;
import dev.anteroom.gateway.upstream.UpstreamPool;
import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoop.Cancellable;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An admitted client and its connection to the upstream, both on one event loop. Each side receives what the other
 * sends, half-closes included. Neither side is read while the other is not writable, so the bytes in transit are
 * bounded.
 *
 * <p><b>The slot</b> is released once the upstream connection is closed in both directions, not when the client leaves.
 * Otherwise the upstream would see more connections than the limit. So when the client leaves, even by a reset, the
 * gateway sends a FIN to the upstream. The upstream's own FIN in answer shows that it has noticed; after a reset
 * nothing would. A reset by the upstream shows as much, and is passed on to the client.
 *
 * <p><b>Before the first byte</b> of the client the upstream may receive a PROXY header. It also receives what the
 * gateway read of the client before admission.
 *
 * <p><b>No slot is held in vain:</b> an upstream whose client has left is reset after {@link #UPSTREAM_CLOSE_TIMEOUT}.
 * After the upstream half-closes, the client must send something every {@link #SILENCE} for as long as it is being
 * read.
 *
 * <p><b>Activity</b> is a byte in either direction. While one side is not writable, the other is held back and the pair
 * shows no activity until the kernel takes more bytes, which it does in steps of up to a megabyte. So a pair that is
 * held back is idle only after the time that a transport grants a peer to read what is pending.
 */
final class ProxiedConnection {
    /** The longest time that an upstream may take to close after its client has left. */
    private static final Duration UPSTREAM_CLOSE_TIMEOUT = Duration.ofSeconds(3);

    /**
     * The longest silence of a client whose upstream has half-closed. TCP retransmits a lost segment sooner, even
     * twice.
     */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    /**
     * How long a client that half-closes while its upstream is being connected may still be served, because it may have
     * sent all that it has to say.
     */
    private static final Duration HALF_CLOSE_GRACE = Duration.ofMillis(500);

    private static final long HELD_BACK_NANOS =
            Durations.saturatedNanos(TransportOptions.defaults().flushTimeout());

    private final Proxy proxy;
    private final Admission admission;
    private final PreGateData preGate;
    private final Client client = new Client();
    private final Upstream upstream = new Upstream();
    private final long begin;

    /** Written by the loop only, like {@link #heldBack}. */
    private volatile long lastActivity;

    private volatile boolean heldBack;
    private ServiceRecord.@Nullable End end;
    private @Nullable Cancellable timer;
    private volatile @Nullable Dial dial;
    private boolean leaving;

    ProxiedConnection(Proxy proxy, Admission admission, PreGateData preGate) {
        this.proxy = proxy;
        this.admission = admission;
        this.preGate = preGate;
        this.begin = proxy.now();
        this.lastActivity = begin;
    }

    /** Returns the protocol of the client's connection. */
    Protocol client() {
        return client;
    }

    EventLoop loop() {
        return client.transport().eventLoop();
    }

    /** Sets the only timer of the pair. */
    private void after(Duration delay, Runnable task) {
        stopTimer();
        try {
            timer = loop().schedule(delay, task);
        } catch (RejectedExecutionException e) {
            // The loop is closed, and so are both connections.
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }

    /** Half-closes the upstream after the client has left, and resets it if it does not close in time. */
    private void finishUpstream() {
        leaving = true;
        upstream.transport().resumeReading();
        upstream.transport().shutdownOutput();
        after(UPSTREAM_CLOSE_TIMEOUT, upstream.transport()::abort);
    }

    private Dial dial() {
        return Objects.requireNonNull(dial, "not connected yet");
    }

    /** Returns the gate that admitted the client. May be called from any thread, like the next five methods. */
    NamedGate gate() {
        return proxy.gate();
    }

    /** Returns the time limits of the listener, as they are now. */
    TimeLimits limits() {
        return proxy.settings().timeLimits();
    }

    long lastActivity() {
        return lastActivity;
    }

    /** Returns whether this pair is idle or served for longer than ever allowed. Called on the loop. */
    boolean exceeds(long now) {
        return isServed() && exceeds(limits().idle(), limits().life(), now);
    }

    /** Returns whether this pair is idle or served for longer than allowed while others wait. */
    boolean exceedsContended(long now) {
        return exceeds(limits().contendedIdle(), limits().contendedLife(), now);
    }

    private boolean exceeds(Duration idle, Duration life, long now) {
        return isOver(idle, heldBack ? HELD_BACK_NANOS : 0, now - lastActivity) || isOver(life, 0, now - begin);
    }

    private static boolean isOver(Duration limit, long least, long nanos) {
        return !limit.isZero() && nanos >= Math.max(least, Durations.saturatedNanos(limit));
    }

    /** Returns whether a connection that waits for an upstream could have this pair's place. */
    boolean sharesServerWith(UpstreamPool awaited) {
        Dial made = dial;
        return made != null && awaited.sharesServerOf(made);
    }

    /** Returns whether the pair is served and has not begun to close. */
    boolean isServed() {
        return upstream.isConnected() && !upstream.lost && !leaving;
    }

    /** Closes both connections because a time limit has passed; the upstream may still close in order. */
    void closeForTimeLimit() {
        endedBy(ServiceRecord.End.TIME);
        client.transport().close();
        finishUpstream();
    }

    /** Returns the addresses for a PROXY header; null for a client without an IP address. */
    private @Nullable ProxiedAddresses addresses() {
        InetSocketAddress claimed = preGate.destination();
        SocketAddress destination = claimed == null ? client.transport().localAddress() : claimed;
        return admission.source() instanceof InetSocketAddress source && destination instanceof InetSocketAddress here
                ? new ProxiedAddresses(source, here)
                : null;
    }

    /** Records the first cause of the pair's end; later causes are ignored. */
    private void endedBy(ServiceRecord.End cause) {
        end = end == null ? (proxy.isCutOff() ? ServiceRecord.End.DRAIN : cause) : end;
    }

    private void endIfBothLost() {
        if (client.lost && upstream.lost && end != null) {
            long nanos = proxy.now() - begin;
            proxy.ended(admission, new ServiceRecord(nanos, client.received, upstream.received, end));
        }
    }

    /** One of the two connections. */
    private abstract class Side implements Protocol {
        private @Nullable Transport transport;

        /** Whether its FIN has arrived. */
        boolean finished;

        boolean lost;
        /** Whether it takes no more bytes for now. */
        boolean full;

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
            lastActivity = proxy.now();
            other.transport().write(data);
            if (!other.transport().isWritable()) {
                other.full(true);
                transport().pauseReading();
            }
        }

        /** Records whether this side takes no more bytes for now. */
        final void full(boolean now) {
            full = now;
            heldBack = client.full || upstream.full;
            lastActivity = proxy.now();
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
            dial = new Dial(proxy.pool(), loop(), upstream, upstream::notConnected);
            dial.start();
        }

        /**
         * Treats a client that waits for an upstream like a waiting connection that leaves. An attempt to connect that
         * is under way gets a little time, because most succeed at once.
         */
        @Override
        public void endOfInputSeen(Transport transport) {
            if (!upstream.isConnected() && proxy.settings().isLeavingByHalfClose()) {
                if (dial().isWaiting()) {
                    giveUp();
                } else {
                    after(HALF_CLOSE_GRACE, this::giveUp);
                }
            }
        }

        private void giveUp() {
            endedBy(ServiceRecord.End.CLIENT);
            dial().giveUp();
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            silent = false;
            passOn(data, upstream);
        }

        @Override
        public void inputClosed(Transport transport) {
            endedBy(ServiceRecord.End.CLIENT);
            finish(upstream);
        }

        @Override
        public void writabilityChanged(boolean writable) {
            full(!writable);
            if (writable) {
                upstream.transport().resumeReading();
            }
        }

        @Override
        public void connectionLost(@Nullable Throwable reason) {
            lost = true;
            endedBy(reason == null ? ServiceRecord.End.CLIENT : ServiceRecord.End.CLIENT_RESET);
            if (!upstream.isConnected()) {
                dial().giveUp();
            } else if (!upstream.lost) {
                finishUpstream();
            }
            endIfBothLost();
        }

        /** Starts to serve the client; what was read of it before admission goes first. */
        void begin() {
            resume();
            ByteBuffer read = preGate.takeBytes();
            if (read.hasRemaining()) {
                passOn(read, upstream);
            }
            if (preGate.inputEnded()) {
                inputClosed(transport());
            }
        }

        /** Resumes reading. The client was not read until now, so it has not been silent. */
        void resume() {
            silent = false;
            transport().resumeReading();
        }

        /** Closes the pair if the client was read since the last check and has sent nothing. */
        void checkSilence() {
            if (silent && transport().isReading()) {
                transport().close();
                finishUpstream();
            } else {
                silent = true;
                after(SILENCE, this::checkSilence);
            }
        }
    }

    private final class Upstream extends Side {
        @Override
        public void connectionMade(Transport transport) {
            super.connectionMade(transport);
            stopTimer();
            lastActivity = proxy.now();
            proxy.connected(ProxiedConnection.this);
            sendProxyHeader(transport);
            if (client.lost) {
                finishUpstream();
            } else {
                client.begin();
            }
        }

        private void sendProxyHeader(Transport transport) {
            ProxyVersion version = proxy.pool().sendProxy();
            if (version != null) {
                transport.write(ByteBuffer.wrap(version.header(addresses())));
            }
        }

        void notConnected(Throwable reason) {
            lost = true;
            stopTimer();
            if (end == null) {
                endedBy(ServiceRecord.End.UNREACHABLE);
                admission.markFailed();
                client.transport().write(proxy.busyMessage());
            }
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
            endedBy(ServiceRecord.End.UPSTREAM);
            finish(client);
            if (!leaving && !client.lost && !client.finished) {
                client.checkSilence();
            }
        }

        @Override
        public void writabilityChanged(boolean writable) {
            full(!writable);
            if (writable) {
                client.resume();
            }
        }

        @Override
        public void connectionLost(@Nullable Throwable reason) {
            lost = true;
            endedBy(reason == null ? ServiceRecord.End.UPSTREAM : ServiceRecord.End.UPSTREAM_RESET);
            stopTimer();
            if (reason == null || finished) {
                client.transport().close();
            } else {
                if (!client.lost) {
                    admission.markFailed();
                }
                client.transport().abort();
            }
            dial().closed();
            admission.leave();
            proxy.released(ProxiedConnection.this);
            endIfBothLost();
        }
    }
}
