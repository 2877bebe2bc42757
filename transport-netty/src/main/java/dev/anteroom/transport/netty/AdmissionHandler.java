package dev.anteroom.transport.netty;

import dev.anteroom.gate.AdmissionGate;
import io.netty.channel.Channel;
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
 * they have heard these. Once a slot is free they hear what they have missed, with no byte lost, doubled or in another place. In
 * either case the handler then removes itself. The slot is given back when the channel is closed and its handlers have heard
 * {@code channelInactive}. One that leaves while it waits, or is turned away, is never heard of.
 *
 * <p>What is fired at a connection while it waits, by handlers in front of the gate or by other threads, is bounded too:
 * <ul>
 *   <li>User events are heard after {@code channelActive} and before the first bytes, in their order. Equal ones are heard once, in
 *       the place of the last. Of one class 64 are heard, the first 63 and the latest; that others are lost is logged, once for each
 *       class. A connection with more than 256 is closed, and an error logged. {@code SslCloseCompletionEvent}
 *       and {@code ChannelInputShutdownEvent} are heard after the bytes before them. Those that nobody is going to hear are released.
 *   <li>{@code IdleStateEvent}s are not heard: of a connection that waits they are no news, and on admission they are out of date. The
 *       clock of an {@code IdleStateHandler} in front runs all the same, so the next may come soon; one that
 *       {@link AdmissionInitializer} adds behind begins with the admission.
 *   <li>Changes of writability are heard once, if it is not what it was.
 *   <li>An exception closes the connection, and is not heard.
 *   <li>A {@code read()} is remembered, however often it is asked for.
 * </ul>
 *
 * <p>A pipeline may hold several gates. A connection enters each when the one in front has admitted it, keeping the slots that it
 * has. When one turns it away, it gives the others' slots back at once, before the answer has been heard. The same gate twice takes
 * one slot.
 *
 * <p>What to know:
 * <ul>
 *   <li>It comes before every decoder, hence {@code addFirst}. It holds bytes, and the {@code HAProxyMessage} that a
 *       {@code HAProxyMessageDecoder} in front makes of their beginning; for any other message it closes the connection.
 *   <li>It is added without an executor group, and decides on the channel's loop. A channel to which it is added on another executor is
 *       closed, with an {@code IllegalStateException}. Other handlers may have executors of their own.
 *   <li>Handlers that start a timer when they are added to an open channel start it while the connection waits: SslHandler's
 *       handshake, IdleStateHandler, ReadTimeoutHandler. What they then do, closing in most cases, is done.
 *       {@link AdmissionInitializer} adds them only on admission, and a waiting connection does not hold them.
 *   <li>What handlers behind write, flush, or close, while they have not heard of the connection yet, is passed on.
 *   <li>Taken out of the pipeline by somebody else while the connection waits, it closes the connection.
 *   <li>With epoll and io_uring a departed client is noticed at once, with NIO while it has sent no more than
 *       {@link AdmissionOptions#withPreReadBytes some bytes}; a reset within a second in any case.
 *   <li>A client that vanishes without a FIN keeps its place or its slot for ever, unless the server has it probed. The socket options are
 *       the server's own, so set them there: {@code childOption(ChannelOption.SO_KEEPALIVE, true)}, and how soon by
 *       {@code EpollChannelOption.TCP_KEEPIDLE}, {@code TCP_KEEPINTVL} and {@code TCP_KEEPCNT} (on io_uring those of
 *       {@code IoUringChannelOption}; on NIO {@code NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)} and so on). Linux's own
 *       figures take more than two hours.
 *   <li>With io_uring a small handler stays, which closes a connection whose peer has reset it; Netty misses some of these resets.
 *   <li>Connections enter the gate in the order in which their loops come to register them. Those of one loop do so in order of
 *       arrival; between loops a busy one comes later, and there is no order. With {@link AdmissionBacklog} on the server channel all
 *       enter in order of arrival.
 *   <li>{@code AUTO_READ} is off while the connection waits, and the server's own before and after. Turned on meanwhile, it takes
 *       effect on admission. Turned off meanwhile, it goes unnoticed, because it is off; so it is turned on again on admission.
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
        Channel channel = context.channel();
        if (context.executor() != channel.eventLoop()) {
            context.close();
            throw new IllegalStateException("AdmissionHandler must run on the channel's event loop, was added with "
                    + context.executor() + "; it never blocks, so add it without an executor group");
        }
        if (channel.isActive()) {
            park(context);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        park(context);
        context.fireChannelActive();
    }

    private void park(ChannelHandlerContext context) {
        new ParkedChannel(context.channel(), gate, options, whenAdmitted).replace(context);
    }
}
