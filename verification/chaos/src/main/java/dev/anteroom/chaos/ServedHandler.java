package dev.anteroom.chaos;

import dev.anteroom.chaos.Ledger.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A served connection of a Netty server; checks the order of the handler's events. */
final class ServedHandler extends ChannelInboundHandlerAdapter implements Wire {
    private final Scene scene;
    private final Mischief mischief;
    private final SplittableRandom random;
    private final Conversation conversation;
    private @Nullable ChannelHandlerContext context;
    private boolean active;
    private boolean inactive;

    ServedHandler(Scene scene, Mischief mischief, SplittableRandom random) {
        this.scene = scene;
        this.mischief = mischief;
        this.random = random;
        conversation = new Conversation(scene, this);
    }

    @Override
    public String toString() {
        return conversation + " on " + context + ", " + mischief;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "handlerAdded comes first");
    }

    private void expectActive(String event) {
        if (!active || inactive) {
            scene.ledger().violation(Violation.CALLBACK_ORDER, event + (inactive ? " after" : " before") + " the time");
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (active) {
            scene.ledger().violation(Violation.CALLBACK_ORDER, "channelActive twice");
        }
        active = true;
        scene.ledger().count(ServedProtocol.Heard.MADE);
        scene.ceiling().arrived(this);
        scene.ambushes().strike(Ambushes.Moment.MADE, context.channel().remoteAddress());
        mischief.throwIf(Mischief.THROW_ON_MADE, random.nextInt());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf data = (ByteBuf) message;
        try {
            expectActive("channelRead");
            conversation.received(data.nioBuffer());
        } finally {
            data.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            expectActive("the end of the input");
            conversation.inputClosed();
        }
    }

    /** Continues later, because Netty calls this from inside a write, where the conversation cannot write more. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.executor().execute(() -> {
            if (context.channel().isWritable() && active && !inactive) {
                goOnWriting();
            }
        });
    }

    private void goOnWriting() {
        try {
            conversation.writable();
        } catch (Throwable e) {
            exceptionCaught(context(), e);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        expectActive("channelInactive");
        inactive = true;
        scene.ledger().count(ServedProtocol.Heard.LOST);
        scene.ceiling().departed(this);
        conversation.ended();
        mischief.throwIf(Mischief.THROW_ON_LOST, random.nextInt());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        reset();
    }

    @Override
    public void write(ByteBuffer data) {
        context().writeAndFlush(Unpooled.wrappedBuffer(data));
    }

    @Override
    public boolean isWritable() {
        return context().channel().isWritable();
    }

    @Override
    public void pauseReading() {
        context().channel().config().setAutoRead(false);
    }

    @Override
    public void finish() {
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
            if (flushed.isSuccess()) {
                ((DuplexChannel) context().channel()).shutdownOutput();
            }
        });
    }

    @Override
    public void close() {
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void reset() {
        if (context().channel().isOpen()) {
            context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
            context().close();
        }
    }

    @Override
    public void after(long millis, Runnable task) {
        context()
                .executor()
                .schedule(
                        () -> {
                            if (!inactive) {
                                task.run();
                            }
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
    }
}
