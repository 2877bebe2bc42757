package dev.anteroom.transport.netty;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts a gate before a Netty server that exists already:
 *
 * <pre>{@code
 * AdmissionGate gate = AdmissionGate.builder().limit(50).build();
 * AdmissionHandler admission = new AdmissionHandler(gate);
 *
 * bootstrap.childHandler(new ChannelInitializer<SocketChannel>() {
 *     protected void initChannel(SocketChannel channel) {
 *         channel.pipeline().addFirst(admission); // this line
 *         channel.pipeline().addLast(new HttpServerCodec(), new Application());
 *     }
 * });
 * }</pre>
 *
 * <p>A connection that is admitted at once passes as if nothing were there. One that must wait is parked: the handlers behind hear
 * neither {@code channelRegistered} nor {@code channelActive}, nothing is read for them, and what they ask to be read is asked when
 * they have heard these. Once a slot is free they hear it all in order, with no byte lost, doubled or in another place. In
 * either case the handler then removes itself. The slot is given back when the channel is closed and its handlers have heard
 * {@code channelInactive}. One that leaves while it waits, or is turned away, is never heard of.
 *
 * <p>What to know:
 * <ul>
 *   <li>It comes before every decoder, hence {@code addFirst}; it holds bytes and nothing else.
 *   <li>Handlers that start a timer when they are added to an open channel start it while the connection waits: SslHandler's
 *       handshake, IdleStateHandler, ReadTimeoutHandler. What they then do, closing in most cases, is done.
 *       {@link AdmissionInitializer} adds them only on admission, and a waiting connection does not hold them.
 *   <li>What handlers behind write, or close, while they have not heard of the connection yet, is passed on.
 *   <li>With epoll and io_uring a departed client is noticed at once, with NIO while it has sent no more than
 *       {@link AdmissionOptions#withPreReadBytes some bytes}; a reset within a second in any case.
 *   <li>A client that vanishes without a FIN keeps its place or its slot for ever, unless the server has it probed. The socket options are
 *       the server's own, so set them there: {@code childOption(ChannelOption.SO_KEEPALIVE, true)}, and how soon by
 *       {@code EpollChannelOption.TCP_KEEPIDLE}, {@code TCP_KEEPINTVL} and {@code TCP_KEEPCNT} (on io_uring those of
 *       {@code IoUringChannelOption}; on NIO {@code NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)} and so on). Linux's own
 *       figures take more than two hours.
 *   <li>With io_uring a small handler stays, which closes a connection whose peer has reset it; Netty misses some of these resets.
 *   <li>{@code AUTO_READ} is the server's own before and after the wait. Turned off by another thread meanwhile, it may be
 *       turned on again on admission.
 * </ul>
 *
 * <p>One instance may serve any number of channels.
 */
@Sharable
public final class AdmissionHandler extends ChannelInboundHandlerAdapter {
    private final AdmissionGate gate;
    private final AdmissionOptions options;
    private final @Nullable ChannelHandler whenAdmitted;

    /**
     * Gates channels, with {@linkplain AdmissionOptions#defaults() the default options}.
     *
     * @param gate who is admitted
     */
    public AdmissionHandler(AdmissionGate gate) {
        this(gate, AdmissionOptions.defaults());
    }

    /**
     * Gates channels.
     *
     * @param gate who is admitted
     * @param options how those are treated who wait and who are turned away
     */
    public AdmissionHandler(AdmissionGate gate, AdmissionOptions options) {
        this(gate, options, null);
    }

    AdmissionHandler(AdmissionGate gate, AdmissionOptions options, @Nullable ChannelHandler whenAdmitted) {
        this.gate = Objects.requireNonNull(gate, "gate");
        this.options = Objects.requireNonNull(options, "options");
        this.whenAdmitted = whenAdmitted;
    }

    /** An accepted channel is open already, though its handlers are told so later. */
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (context.channel().isActive()) {
            enter(context);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        enter(context);
        context.fireChannelActive();
    }

    private void enter(ChannelHandlerContext context) {
        ParkedChannel parked = new ParkedChannel(context.channel(), options, whenAdmitted);
        Admission admission;
        try {
            admission = gate.enter(NettyIo.remoteAddress(context.channel()), context.executor(), parked);
        } catch (Throwable e) {
            // Netty would go on without this handler, past the gate.
            context.close();
            throw e;
        }
        switch (admission.decision()) {
            case ADMITTED -> {
                ParkedChannel.releaseWhenInactive(context.channel(), admission);
                makeWay(context);
            }
            case WAITING -> parked.park(context, admission);
            case REFUSED -> {
                parked.park(context, admission);
                // Later: the pipeline may still be being built.
                context.executor().execute(() -> parked.turnedAway(admission));
            }
        }
    }

    private void makeWay(ChannelHandlerContext context) {
        ResetNotice.addBehind(context);
        if (whenAdmitted == null) {
            context.pipeline().remove(context.name());
        } else {
            context.pipeline().replace(context.name(), null, whenAdmitted);
        }
    }
}
