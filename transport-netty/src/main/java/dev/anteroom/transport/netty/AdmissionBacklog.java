package dev.anteroom.transport.netty;

import dev.anteroom.gate.AdmissionGate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.util.Objects;

/**
 * Makes a Netty server stop accepting while a gate's waiting room is full: new connections stay in the kernel's backlog
 * until there is room, instead of being accepted and refused. It belongs on the server channel, as {@link
 * AdmissionHandler} belongs on its children:
 *
 * <pre>{@code
 * bootstrap.handler(new AdmissionBacklog(gate))
 *         .childHandler(new AdmissionInitializer(gate, new MyServerInitializer(tls)));
 * }</pre>
 *
 * <p>While the room is full, the server channel's {@code autoRead} is off and a request to read has no effect. That
 * includes the request of Netty's own {@code ServerBootstrapAcceptor} a second after a failure to accept. Connections
 * that Netty had accepted by then are queued in the handler. Connections in the kernel's backlog cost this process
 * nothing, but their departure is not noticed. If the backlog ({@code SO_BACKLOG}) is full too, clients retry their
 * connection attempt until they give up.
 *
 * <p>It also enters each connection into the gate at the moment it is accepted, on the server channel's loop.
 * Connections therefore enter in order of arrival whichever loops serve them, and never more than there are places. The
 * connection's {@code AdmissionHandler} takes the admission over. Every connection of the server channel therefore
 * needs an {@code AdmissionHandler} of the same gate; without one, it keeps a place until it is closed. If a pipeline
 * has several gates, use this class with the first one.
 *
 * <p>One instance may serve any number of server channels.
 */
public final class AdmissionBacklog extends ChannelInitializer<Channel> {
    private final AdmissionGate gate;

    /**
     * Creates a handler for server channels.
     *
     * @param gate the gate that the server's connections enter
     * @throws IllegalArgumentException if the gate has no waiting places, because accepting could then never resume
     */
    public AdmissionBacklog(AdmissionGate gate) {
        this.gate = Objects.requireNonNull(gate, "gate");
        if (gate.maxWaiting() == 0) {
            throw new IllegalArgumentException(
                    "gate must have a maxWaiting of at least 1 to hold newcomers back, had 0;"
                            + " without AdmissionBacklog it refuses those over the limit");
        }
    }

    @Override
    protected void initChannel(Channel server) {
        AcceptValve valve = new AcceptValve(gate);
        server.pipeline().addFirst(valve);
        valve.pauseWhenFull();
        server.closeFuture().addListener(closed -> valve.release());
    }
}
