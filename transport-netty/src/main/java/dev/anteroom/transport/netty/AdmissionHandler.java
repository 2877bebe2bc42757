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
 * Puts a gate before an existing Netty server:
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
 * <p>A connection that is admitted at once passes as if the handler were not there. A connection that must wait is
 * parked: the handlers behind this one receive neither {@code channelRegistered} nor {@code channelActive}, nothing is
 * read for them, and a read that they request is performed after they have received both. Once a slot is free they
 * receive what they have missed, with no byte lost, doubled or reordered. In either case the handler then removes
 * itself. The slot is released when the channel is closed and its handlers have received {@code channelInactive}. The
 * handlers learn nothing of a connection that leaves while it waits, or is turned away.
 *
 * <p>What handlers in front of the gate, or other threads, fire at a waiting connection is bounded too:
 *
 * <ul>
 *   <li>User events are delivered after {@code channelActive} and before the first bytes, in their order. Equal events
 *       are delivered once, in the place of the last. Of one class, 64 are delivered: the first 63 and the latest. The
 *       loss of others is logged once for each class. A connection with more than 256 events is closed, and an error is
 *       logged. {@code SslCloseCompletionEvent} and {@code ChannelInputShutdownEvent} are delivered after the bytes
 *       that precede them. Events that will not be delivered are released.
 *   <li>{@code IdleStateEvent}s are not delivered: they say nothing new about a waiting connection, and are out of date
 *       on admission. The clock of an {@code IdleStateHandler} in front keeps running, so its next event may come soon.
 *       An {@code IdleStateHandler} that {@link AdmissionInitializer} adds behind the gate starts on admission.
 *   <li>A change of writability is delivered once, if the channel's writability on admission differs from that on
 *       arrival.
 *   <li>An exception closes the connection, and is not delivered.
 *   <li>A {@code read()} is remembered, however often it is requested.
 * </ul>
 *
 * <p>A pipeline may have several gates. A connection enters each gate when the one in front has admitted it, and keeps
 * the slots that it has. When a gate turns it away, the slots of the others are released at once, before the answer has
 * been sent. The same gate twice takes one slot.
 *
 * <p>Notes:
 *
 * <ul>
 *   <li>Put it before every decoder, with {@code addFirst}. It keeps bytes, and the {@code HAProxyMessage} that a
 *       {@code HAProxyMessageDecoder} in front makes of the first bytes. Any other message closes the connection.
 *   <li>Add it without an executor group, because it decides on the channel's loop. A channel to which it is added on
 *       another executor is closed, with an {@code IllegalStateException}. Other handlers may have executors of their
 *       own.
 *   <li>Handlers that start a timer when they are added to an open channel start it while the connection waits:
 *       SslHandler's handshake, IdleStateHandler, ReadTimeoutHandler. When such a timer expires it takes effect, which
 *       in most cases closes the connection. {@link AdmissionInitializer} adds these handlers only on admission, so a
 *       waiting connection does not have them.
 *   <li>What handlers behind it write, flush or close before they have received {@code channelActive} is passed on.
 *   <li>If other code removes the handler while the connection waits, the connection is closed.
 *   <li>With epoll and io_uring, a departed client is noticed at once; with NIO, as long as it has sent no more than
 *       {@link AdmissionOptions#withPreReadBytes some bytes}. A reset is noticed within a second in any case.
 *   <li>A client that vanishes without a FIN keeps its place or its slot for ever, unless the server enables keep-alive
 *       probes. The socket options are the server's own, so set them there: {@code
 *       childOption(ChannelOption.SO_KEEPALIVE, true)}, and the times with {@code EpollChannelOption.TCP_KEEPIDLE},
 *       {@code TCP_KEEPINTVL} and {@code TCP_KEEPCNT} (on io_uring those of {@code IoUringChannelOption}; on NIO {@code
 *       NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)} and so on). Linux's defaults take more than two hours.
 *   <li>With io_uring a small handler stays in the pipeline and closes a connection that its peer has reset, because
 *       Netty misses some of these resets.
 *   <li>Connections enter the gate in the order in which their loops register them. On one loop that is the order of
 *       arrival; a busy loop registers later, so there is no order between loops. With {@link AdmissionBacklog} on the
 *       server channel, all connections enter in order of arrival.
 *   <li>{@code AUTO_READ} is off while the connection waits, and has the server's own value before and after. If it is
 *       turned on meanwhile, that takes effect on admission. Turning it off meanwhile goes unnoticed, because it is off
 *       already; it is then turned on again on admission.
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
     * Creates a handler with {@linkplain AdmissionOptions#defaults() the default options}.
     *
     * @param gate decides which connections are served, and when
     */
    public AdmissionHandler(AdmissionGate gate) {
        this(gate, AdmissionOptions.defaults());
    }

    /**
     * Creates a handler.
     *
     * @param gate decides which connections are served, and when
     * @param options how to treat connections that wait or are turned away
     */
    public AdmissionHandler(AdmissionGate gate, AdmissionOptions options) {
        this(gate, options, null);
    }

    AdmissionHandler(AdmissionGate gate, AdmissionOptions options, @Nullable ChannelHandler whenAdmitted) {
        this.gate = Objects.requireNonNull(gate, "gate");
        this.options = Objects.requireNonNull(options, "options");
        this.whenAdmitted = whenAdmitted;
    }

    /** Parks a channel that is active already: an accepted channel is, before its handlers are told. */
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
