package dev.anteroom.transport.netty;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.Intake;
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
        AcceptValve valve = new AcceptValve();
        server.pipeline().addFirst(valve);
        Intake.Hold hold = gate.holdWhenFull(valve);
        server.closeFuture().addListener(closed -> hold.close());
    }
}
