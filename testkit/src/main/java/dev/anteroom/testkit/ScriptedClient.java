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

/**
 * A client on a plain blocking socket, for a test to act out what clients do: send, wait, half-close, vanish. It can act the
 * other end as well. Whatever blocks gives up at {@link Await#DEADLINE}.
 *
 * <p>It connects to addresses of any family. Only TCP knows a reset: over another, a test that asks for one ends there, and is skipped.
 */
public final class ScriptedClient implements AutoCloseable {
    private static final int DEADLINE_MILLIS = Math.toIntExact(Await.DEADLINE.toMillis());

    private final Socket socket;

    private ScriptedClient(Socket socket) {
        this.socket = socket;
    }

    /**
     * Connects.
     *
     * @param server where to
     * @return the connected client
     */
    public static ScriptedClient connect(SocketAddress server) {
        return connect(server, 0);
    }

    /**
     * Connects with a small receive buffer, for a client that is to be slow to read.
     *
     * @param server where to
     * @param receiveBuffer bytes that the kernel holds for it over TCP, about; 0 for the system's own choice
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
     * Connects from one of this machine's addresses, for a server that tells its clients apart by them.
     *
     * @param source the client's IP address
     * @param server where to
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
     * Acts one end of a connection that stands already, for a server that was connected to.
     *
     * @param socket from now on in the client's hands
     * @return whoever is at this end
     */
    public static ScriptedClient on(Socket socket) {
        return call(() -> {
            socket.setSoTimeout(DEADLINE_MILLIS);
            socket.setTcpNoDelay(true);
            return new ScriptedClient(socket);
        });
    }

    /**
     * This side's address.
     *
     * @return what the server sees as the remote address
     */
    public SocketAddress address() {
        return socket.getLocalSocketAddress();
    }

    /**
     * Sends, and waits until the kernel has taken it all.
     *
     * @param text sent in UTF-8
     * @return this
     */
    public ScriptedClient send(String text) {
        return send(text.getBytes(UTF_8));
    }

    /**
     * Sends, and waits until the kernel has taken it all.
     *
     * @param bytes what to send
     * @return this
     */
    public ScriptedClient send(byte[] bytes) {
        run(() -> socket.getOutputStream().write(bytes));
        return this;
    }

    /**
     * Sends on a thread of its own, for more than the kernel takes while the server does not read.
     *
     * @param bytes what to send
     * @return done when the kernel has taken it all
     */
    public CompletableFuture<Void> sendInBackground(byte[] bytes) {
        return CompletableFuture.runAsync(() -> send(bytes), task -> new Thread(task, "sending").start());
    }

    /**
     * Shuts the sending side down: a FIN follows what was sent.
     *
     * @return this
     */
    public ScriptedClient shutdownOutput() {
        run(socket::shutdownOutput);
        return this;
    }

    /**
     * Reads exactly as much as is expected to come.
     *
     * @param length in bytes
     * @return the text, from UTF-8; shorter if the input ended
     */
    public String read(int length) {
        return new String(readBytes(length), UTF_8);
    }

    /**
     * Reads exactly as much as is expected to come.
     *
     * @param length in bytes
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
     * @return the hash of what came, as {@link #hash} makes it
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
     * A hash to compare megabytes by.
     *
     * @param bytes of what
     * @return SHA-256 in hexadecimal digits
     */
    public static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    /**
     * Reads until the server resets the connection.
     *
     * @return true if it did; false if the input ended in order
     */
    public boolean isReset() {
        try {
            InputStream input = socket.getInputStream();
            while (input.read() >= 0) {
                // Whatever came before.
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
