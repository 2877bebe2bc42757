package dev.anteroom.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A client on a plain blocking socket, with which a test acts as a client: it sends, waits, half-closes, vanishes. It
 * can act as the other end of a connection too. Blocking calls fail after {@link Await#DEADLINE}.
 *
 * <p>It connects to addresses of any family. Only TCP has resets: over another family, a test that asks for one is
 * skipped from there.
 */
public final class ScriptedClient implements AutoCloseable {
    private static final int DEADLINE_MILLIS = Math.toIntExact(Await.DEADLINE.toMillis());

    private final Socket socket;

    private ScriptedClient(Socket socket) {
        this.socket = socket;
    }

    /**
     * Connects to a server.
     *
     * @param server the server's address
     * @return the connected client
     */
    public static ScriptedClient connect(SocketAddress server) {
        return connect(server, 0);
    }

    /**
     * Connects with a small receive buffer, for a client that is slow to read.
     *
     * @param server the server's address
     * @param receiveBuffer the approximate number of bytes that the kernel buffers for it over TCP; 0 for the system's
     *     default
     * @return the connected client
     */
    public static ScriptedClient connect(SocketAddress server, int receiveBuffer) {
        return call(() -> {
            if (!(server instanceof InetSocketAddress)) {
                return on(ChannelSocket.connected(server));
            }
            Socket socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(server, DEADLINE_MILLIS);
            return on(socket);
        });
    }

    /**
     * Connects from one of this machine's addresses, for a server that distinguishes its clients by address.
     *
     * @param source the client's IP address
     * @param server the server's address
     * @return the connected client
     */
    public static ScriptedClient connectFrom(InetAddress source, SocketAddress server) {
        return call(() -> {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(source, 0));
            socket.connect(server, DEADLINE_MILLIS);
            return on(socket);
        });
    }

    /**
     * Takes over one end of an established connection, for example of one that a server under test has opened.
     *
     * @param socket the socket, which belongs to the client from now on
     * @return the client at this end
     */
    public static ScriptedClient on(Socket socket) {
        return call(() -> {
            socket.setSoTimeout(DEADLINE_MILLIS);
            socket.setTcpNoDelay(true);
            return new ScriptedClient(socket);
        });
    }

    /**
     * Returns this side's address.
     *
     * @return the address that the server sees as the remote one
     */
    public SocketAddress address() {
        return socket.getLocalSocketAddress();
    }

    /**
     * Sends text, and waits until the kernel has taken it all.
     *
     * @param text the text, which is sent in UTF-8
     * @return this
     */
    public ScriptedClient send(String text) {
        return send(text.getBytes(UTF_8));
    }

    /**
     * Sends bytes, and waits until the kernel has taken them all.
     *
     * @param bytes the bytes to send
     * @return this
     */
    public ScriptedClient send(byte[] bytes) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        CompletableFuture<Void> inTime = sent.orTimeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                .exceptionally(late -> {
                    close(); // ends the write, which has no timeout of its own
                    return null;
                });
        try {
            run(() -> socket.getOutputStream().write(bytes));
        } finally {
            sent.complete(null);
        }
        inTime.join();
        return this;
    }

    /**
     * Sends bytes on a separate thread, for more than the kernel takes while the server does not read.
     *
     * @param bytes the bytes to send
     * @return a future that completes when the kernel has taken them all
     */
    public CompletableFuture<Void> sendInBackground(byte[] bytes) {
        return CompletableFuture.runAsync(() -> send(bytes), task -> new Thread(task, "sending").start());
    }

    /**
     * Shuts down the sending side: a FIN follows the bytes sent before.
     *
     * @return this
     */
    public ScriptedClient shutdownOutput() {
        run(socket::shutdownOutput);
        return this;
    }

    /**
     * Reads a number of bytes as text.
     *
     * @param length the number of bytes
     * @return the text, from UTF-8; shorter if the input ended
     */
    public String read(int length) {
        return new String(readBytes(length), UTF_8);
    }

    /**
     * Reads a number of bytes.
     *
     * @param length the number of bytes
     * @return the bytes; fewer if the input ended
     */
    public byte[] readBytes(int length) {
        return call(() -> socket.getInputStream().readNBytes(length));
    }

    /**
     * Reads to the end of the input.
     *
     * @return the text, from UTF-8
     */
    public String readToEnd() {
        return call(() -> new String(socket.getInputStream().readAllBytes(), UTF_8));
    }

    /**
     * Reads to the end of the input.
     *
     * @return the hash of the input, as made by {@link #hash}
     */
    public String hashToEnd() {
        return call(() -> {
            MessageDigest digest = sha256();
            byte[] buffer = new byte[64 * 1024];
            InputStream input = socket.getInputStream();
            for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
                digest.update(buffer, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        });
    }

    /**
     * Hashes bytes, to compare megabytes.
     *
     * @param bytes the bytes to hash
     * @return SHA-256 in hexadecimal digits
     */
    public static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    /**
     * Reads until the server resets the connection or the input ends.
     *
     * @return true if the connection was reset; false if the input ended in order
     */
    public boolean isReset() {
        try {
            InputStream input = socket.getInputStream();
            while (input.read() >= 0) {
                // Discard the bytes that precede the reset.
            }
            assumeResets();
            return false;
        } catch (SocketException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Resets the connection. */
    public void reset() {
        assumeResets();
        run(() -> socket.setSoLinger(true, 0));
        close();
    }

    @Override
    public void close() {
        run(socket::close);
    }

    private void assumeResets() {
        assumeTrue(address() instanceof InetSocketAddress, "only TCP knows a reset");
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static void run(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T call(Call<T> call) {
        try {
            return call.call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private interface Call<T> {
        T call() throws IOException;
    }
}
