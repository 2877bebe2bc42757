package dev.anteroom.protocol;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

/** The event loops of one transport. Listeners are opened here. All methods may be called from any thread. */
public interface EventLoopGroup extends AutoCloseable {
    /**
     * Returns the loops, which never change.
     *
     * @return at least one loop
     */
    List<EventLoop> loops();

    /**
     * Accepts connections and spreads them over the loops. If the process runs out of file descriptors, accepting backs
     * off and recovers by itself.
     *
     * @param address the address to listen on; port 0 lets the system choose. An IPv4 address, {@code 0.0.0.0} too,
     *     takes connections over IPv4 only; {@code ::} takes both. A socket address without a host is {@code 0.0.0.0}
     * @param factory builds the protocol of each connection
     * @return the listener, which is accepting already
     * @throws IOException if the address cannot be listened on, for example because it is in use
     * @throws java.util.concurrent.RejectedExecutionException if the group is closed
     */
    Listener listen(SocketAddress address, ProtocolFactory factory) throws IOException;

    /**
     * Accepts connections from a channel that is open already, such as one that systemd opened for a service. The
     * channel still belongs to the caller: once the listener is closed, the transport no longer uses the channel, which
     * still listens, so that new connections wait in the kernel's backlog for the next process that accepts them.
     *
     * @param channel a listening channel that is registered with no selector; it becomes non-blocking
     * @param factory builds the protocol of each connection
     * @return the listener, which is accepting already
     * @throws IOException if the channel is closed, not bound, or does not listen
     * @throws UnsupportedOperationException if this transport can only accept from sockets of its own
     * @throws java.util.concurrent.RejectedExecutionException if the group is closed
     */
    Listener listen(ServerSocketChannel channel, ProtocolFactory factory) throws IOException;

    /**
     * Closes the listeners, aborts the connections, each of which is told, and ends the loops, which reject tasks from
     * now on. Returns when their threads have ended, or at once if called on one of them.
     */
    @Override
    void close();
}
