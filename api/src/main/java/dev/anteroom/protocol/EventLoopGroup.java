package dev.anteroom.protocol;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

/** The event loops of one transport, and the way to listen on them. All methods may be called from any thread. */
public interface EventLoopGroup extends AutoCloseable {
    /**
     * The loops, of which there are always the same.
     *
     * @return at least one loop
     */
    List<EventLoop> loops();

    /**
     * Accepts connections, spread over the loops. Out of file descriptors, accepting backs off and recovers by itself.
     *
     * @param address where to listen; port 0 lets the system choose
     * @param factory makes each connection's protocol
     * @return the listener, accepting already
     * @throws IOException if the address cannot be listened on, because somebody does already, for example
     * @throws java.util.concurrent.RejectedExecutionException if the group is closed
     */
    Listener listen(SocketAddress address, ProtocolFactory factory) throws IOException;

    /**
     * Accepts connections from a channel that somebody else has opened, as systemd does for a service. The channel remains the
     * caller's: once the listener is closed the transport has let go of it, and it still listens, so that who connects
     * waits in the kernel's backlog for whoever accepts next.
     *
     * @param channel listening, and registered with no selector; it becomes non-blocking
     * @param factory makes each connection's protocol
     * @return the listener, accepting already
     * @throws IOException if the channel is closed, not bound, or does not listen
     * @throws UnsupportedOperationException if this transport can only accept from sockets of its own
     * @throws java.util.concurrent.RejectedExecutionException if the group is closed
     */
    Listener listen(ServerSocketChannel channel, ProtocolFactory factory) throws IOException;

    /**
     * Closes listeners, aborts connections (each is told), and ends the loops, which reject tasks from now on. Returns
     * when their threads have ended; called on one of them, at once.
     */
    @Override
    void close();
}
