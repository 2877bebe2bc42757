package dev.anteroom.gateway;

import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;

/** A server whose side of each connection the test plays, in the order of the connections. */
final class ScriptedUpstream implements AutoCloseable {
    private final ServerSocket server;

    private ScriptedUpstream(ServerSocket server) {
        this.server = server;
    }

    static ScriptedUpstream open() {
        return open(0, 1000);
    }

    static ScriptedUpstream open(int port, int backlog) {
        try {
            return new ScriptedUpstream(new ServerSocket(port, backlog, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** Returns the server's side of the next connection. */
    ScriptedClient next() {
        try {
            server.setSoTimeout(Math.toIntExact(Await.DEADLINE.toMillis()));
            return ScriptedClient.on(server.accept());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether a connection has arrived that the test has not taken. */
    boolean hasNext() {
        try {
            server.setSoTimeout(1);
            server.accept().close();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
