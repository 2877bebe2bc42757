package dev.anteroom.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The server behind a gateway, with the faults of real ones: it refuses, resets or closes at once, hangs, resets in
 * mid-stream, closes first, and goes down at times. It counts its connections itself.
 */
final class Upstream implements AutoCloseable {
    private static final int BACKLOG = 512;

    private final Scene scene;
    private final PeerLoop loop = new PeerLoop("chaos-upstream");
    private final Set<Connection> open = new LinkedHashSet<>();
    private final SocketAddress address;
    private ServerSocketChannel server;

    /** Faults of the server as a whole. */
    enum Outage {
        AWAY
    }

    Upstream(Scene scene) {
        this.scene = scene;
        try {
            server = ServerSocketChannel.open()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            address = server.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        loop.execute(this::listen);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) address;
    }

    private void listen() {
        ServerSocketChannel listening = server;
        try {
            loop.register(listening, SelectionKey.OP_ACCEPT, () -> accept(listening));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocketChannel listening) {
        try {
            for (SocketChannel channel = listening.accept(); channel != null; channel = listening.accept()) {
                receive(channel);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void receive(SocketChannel channel) throws IOException {
        SplittableRandom random = scene.nextArrival();
        Mischief mischief = Mischief.draw(random);
        scene.ledger().count(mischief);
        Connection connection = new Connection(channel);
        // The new connection is not read here: it would begin to answer before its fault is applied.
        scene.ceiling().arrived(connection, this::recount);
        open.add(connection);
        switch (mischief) {
            case THROW_ON_BUILD -> connection.close();
            case THROW_ON_MADE -> connection.reset();
            default -> {}
        }
    }

    /** Notices connections that were reset while they were not read. */
    private void recount() {
        List.copyOf(open).forEach(Peer::readAll);
    }

    /** Stops listening for a while, then listens again at the same address. Returns at once. */
    void goAway(long millis) {
        loop.execute(() -> {
            if (!server.isOpen()) {
                return;
            }
            scene.ledger().count(Outage.AWAY);
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            loop.after(millis, this::comeBack);
        });
    }

    private void comeBack() {
        try {
            ServerSocketChannel again = ServerSocketChannel.open();
            try {
                again.bind(address, BACKLOG);
            } catch (IOException e) {
                // The port is not free yet, because the kernel is closing connections that were never accepted.
                again.close();
                loop.after(10, this::comeBack);
                return;
            }
            server = again;
            listen();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        loop.execute(() -> {
            new ArrayList<>(open).forEach(Peer::reset);
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            closed.complete(null);
        });
        closed.join();
        loop.close();
    }

    private final class Connection extends Peer {
        private final Conversation conversation = new Conversation(scene, this);

        Connection(SocketChannel channel) throws IOException {
            super(loop, channel);
        }

        @Override
        void received(ByteBuffer data) {
            conversation.received(data);
        }

        @Override
        void inputClosed() {
            conversation.inputClosed();
        }

        @Override
        void writable() {
            conversation.writable();
        }

        @Override
        void ended(@Nullable IOException reset) {
            open.remove(this);
            scene.ceiling().departed(this);
            conversation.ended();
        }
    }
}
