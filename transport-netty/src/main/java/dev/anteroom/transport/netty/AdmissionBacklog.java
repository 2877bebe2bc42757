package dev.anteroom.transport.netty;

import dev.anteroom.gate.AdmissionGate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.util.Objects;

/**
 * Has a Netty server accept nobody while a gate's waiting room is full: instead of being accepted and refused, newcomers stay in
 * the kernel's backlog until there is room. It is for the server channel, as {@link AdmissionHandler} is for its children:
 *
 * <pre>{@code
 * bootstrap.handler(new AdmissionBacklog(gate))
 *         .childHandler(new AdmissionInitializer(gate, new MyServerInitializer(tls)));
 * }</pre>
 *
 * <p>While it holds, the server channel's {@code autoRead} is off and whoever asks it to read asks in vain, Netty's own
 * {@code ServerBootstrapAcceptor} included, which does so a second after a failure to accept. What Netty had accepted by then waits
 * inside. What the kernel holds costs this process nothing, but nobody notices who of them leaves; and if the backlog
 * ({@code SO_BACKLOG}), too, is full, clients try again to connect until they give up.
 *
 * <p>It also enters each connection into the gate in the moment it is accepted, on the server channel's loop, so that connections
 * enter in order of arrival whichever loops serve them, and none more than there are places. The connection's {@code AdmissionHandler}
 * takes that admission over. So every connection of the server channel needs an {@code AdmissionHandler} of the same gate, or it
 * holds a place until it is closed; and of several gates in one pipeline this is for the one that comes first.
 *
 * <p>One instance may serve any number of server channels.
 */
public final class AdmissionBacklog extends ChannelInitializer<Channel> {
    private final AdmissionGate gate;

    /**
     * Holds newcomers back.
     *
     * @param gate to which the server's connections come
     * @throws IllegalArgumentException if the gate has no waiting places, and so would have no moment to resume at
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
        valve.holdWhenFull();
        server.closeFuture().addListener(closed -> valve.release());
    }
}
